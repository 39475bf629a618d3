/**
 * Adds tags to a rule or a bus, or gives those it has another value.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TagResource.html
 */
import { operation } from './service.ts'
import { findTagged, putTags } from './tagged.ts'
import { askedContext, withTags } from './tags.ts'

export const tagResource = operation('TagResource', {
  action: 'events:TagResource',
  touches: (look, { ResourceARN, Tags }) => findTagged(look, ResourceARN, askedContext(Tags)),

  run(rooms, { Tags }, tagged) {
    putTags(rooms, tagged, withTags(tagged.record.tags, Tags))
    return {}
  },
})
