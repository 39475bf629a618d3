/**
 * Adds tags, or gives those that are there another value.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html
 */
import { Absent } from '../operation.ts'
import { operation } from './service.ts'
import { findTagged, putTags } from './tagged.ts'
import { requestTags, tagsOf } from './tags.ts'

export const tagResource = operation('TagResource', {
  action: 'cloudwatch:TagResource',

  touches(look, { ResourceARN, Tags }) {
    const found = findTagged(look, ResourceARN)
    if (found instanceof Absent) return found
    return { ...found, context: { ...found.context, ...requestTags(Tags) } }
  },

  run(rooms, { Tags }, tagged) {
    putTags(rooms, tagged, tagsOf(Tags, tagged.record.tags))
    return {}
  },
})
