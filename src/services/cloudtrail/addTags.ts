/**
 * Tags on a trail; a key that is there gets the new value.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html
 */
import { operation } from './service.ts'
import { withTags } from './tags.ts'
import { findTagged, mustBeHome, tagContext } from './trail.ts'

export const addTags = operation('AddTags', {
  action: 'cloudtrail:AddTags',

  touches(look, { ResourceId, TagsList }) {
    const trail = findTagged(look, ResourceId)
    return { ...trail, context: { ...trail.context, ...tagContext('aws:RequestTag/', TagsList) } }
  },

  run(rooms, { TagsList }, trail) {
    mustBeHome(rooms, trail)
    const { shelf, record } = trail
    rooms.trails.put(shelf, { ...record, tags: withTags(record.tags, TagsList) })
    return {}
  },
})
