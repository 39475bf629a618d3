/**
 * The tags of trails: the caller must be allowed this for each of them.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTags.html
 */
import { Absent, eachOf } from '../operation.ts'
import { fault, operation, type Rooms } from './service.ts'
import { findTagged } from './trail.ts'

const idsMax = 20
const action = 'cloudtrail:ListTags'

export const listTags = operation('ListTags', {
  action,

  touches(look, { ResourceIdList: [first, ...more] }) {
    if (first !== undefined && more.length < idsMax) return findTagged(look, first)
    throw fault('InvalidTrailNameException', `Specify from 1 to ${idsMax} trail ARNs.`)
  },

  run: (rooms, { ResourceIdList }) => ({
    ResourceTagList: eachOf(ResourceIdList, (id) => tagsOf(rooms, id)),
  }),
})

function tagsOf(rooms: Rooms, ResourceId: string) {
  const trail = findTagged(rooms, ResourceId)
  const refused = rooms.refusal(action, trail)
  if (refused) throw refused
  if (trail instanceof Absent) throw trail.fault
  return { ResourceId, TagsList: trail.record.tags }
}
