/**
 * The tags of an alarm or a dashboard.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListTagsForResource.html
 */
import { operation } from './service.ts'
import { findTagged } from './tagged.ts'
import { shownTags } from './tags.ts'

export const listTagsForResource = operation('ListTagsForResource', {
  action: 'cloudwatch:ListTagsForResource',
  touches: (look, { ResourceARN }) => findTagged(look, ResourceARN),
  run: (_rooms, _input, { record }) => ({ Tags: shownTags(record.tags) }),
})
