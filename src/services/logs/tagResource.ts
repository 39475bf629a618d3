/**
 * Adds tags to a log group, or gives those it has another value.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_TagResource.html
 */

import { Absent } from '../operation.ts'
import { findGroup, requestTags } from './group.ts'
import { fault, operation } from './service.ts'

const tagsMax = 50

export const tagResource = operation('TagResource', {
  action: 'logs:TagResource',

  touches(look, input) {
    const group = findGroup(look, { logGroupIdentifier: input.resourceArn })
    if (group instanceof Absent) return group
    return { ...group, context: { ...group.context, ...requestTags(input.tags) } }
  },

  run({ logs }, input, { shelf, record }) {
    const tags = { ...record.tags, ...input.tags }
    if (Object.keys(tags).length > tagsMax) {
      throw fault('TooManyTagsException', `A log group can have at most ${tagsMax} tags.`)
    }
    logs.putGroup(shelf, { ...record, tags })
    return {}
  },
})
