/**
 * Takes tags off a rule or a bus.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UntagResource.html
 */
import { operation } from './service.ts'
import { findTagged, putTags } from './tagged.ts'
import { askedContext } from './tags.ts'

export const untagResource = operation('UntagResource', {
  action: 'events:UntagResource',
  touches: (look, { ResourceARN, TagKeys }) =>
    findTagged(look, ResourceARN, askedContext([], [...TagKeys])),

  run(rooms, { TagKeys }, tagged) {
    const left = tagged.record.tags.filter(({ Key }) => !TagKeys.includes(Key))
    putTags(rooms, tagged, left)
    return {}
  },
})
