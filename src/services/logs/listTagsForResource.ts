/**
 * The tags of a log group.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html
 */
import { findGroup } from './group.ts'
import { operation } from './service.ts'

export const listTagsForResource = operation('ListTagsForResource', {
  action: 'logs:ListTagsForResource',
  touches: (look, input) => findGroup(look, { logGroupIdentifier: input.resourceArn }),
  run: (_rooms, _input, { record }) => ({ tags: record.tags }),
})
