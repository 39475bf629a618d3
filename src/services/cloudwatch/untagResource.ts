/**
 * Takes tags away; those that are not there are no failure.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_UntagResource.html
 */
import { Absent } from '../operation.ts'
import { operation } from './service.ts'
import { findTagged, putTags } from './tagged.ts'

export const untagResource = operation('UntagResource', {
  action: 'cloudwatch:UntagResource',

  touches(look, { ResourceARN, TagKeys }) {
    const found = findTagged(look, ResourceARN)
    if (found instanceof Absent) return found
    return { ...found, context: { ...found.context, 'aws:TagKeys': [...TagKeys] } }
  },

  run(rooms, { TagKeys }, tagged) {
    const left = Object.entries(tagged.record.tags).filter(([key]) => !TagKeys.includes(key))
    putTags(rooms, tagged, Object.fromEntries(left))
    return {}
  },
})
