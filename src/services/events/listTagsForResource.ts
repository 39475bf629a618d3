/**
 * The tags of a rule or a bus.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListTagsForResource.html
 */
import { operation } from './service.ts'
import { findTagged } from './tagged.ts'

export const listTagsForResource = operation('ListTagsForResource', {
  action: 'events:ListTagsForResource',
  touches: (look, { ResourceARN }) => findTagged(look, ResourceARN),
  run: (_rooms, _input, { record }) => ({ Tags: record.tags }),
})
