/**
 * Tags off a trail, by their keys.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RemoveTags.html
 */
import { operation } from './service.ts'
import { withoutTags } from './tags.ts'
import { findTagged, mustBeHome } from './trail.ts'

export const removeTags = operation('RemoveTags', {
  action: 'cloudtrail:RemoveTags',
  touches: (look, { ResourceId }) => findTagged(look, ResourceId),

  run(rooms, { TagsList }, trail) {
    mustBeHome(rooms, trail)
    const { shelf, record } = trail
    rooms.trails.put(shelf, { ...record, tags: withoutTags(record.tags, TagsList) })
    return {}
  },
})
