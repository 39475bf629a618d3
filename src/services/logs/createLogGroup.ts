/**
 * A new log group, without streams. Its events are sealed under the store's own key.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
 */
import { decidedArn, hereOf, requestTags } from './group.ts'
import { newId } from './made.ts'
import { fault, operation } from './service.ts'

export const createLogGroup = operation('CreateLogGroup', {
  action: 'logs:CreateLogGroup',

  touches(look, input) {
    const shelf = hereOf(look)
    const arn = decidedArn(shelf, input.logGroupName)
    return { arn, account: shelf.account, context: requestTags(input.tags) }
  },

  run(rooms, input) {
    const shelf = hereOf(rooms)
    const { logGroupName: name, tags = {}, deletionProtectionEnabled: isProtected } = input
    if (input.kmsKeyId !== undefined) throw notOffered('kmsKeyId')
    if (input.logGroupClass && input.logGroupClass !== 'STANDARD') throw notOffered('logGroupClass')
    if (rooms.logs.findGroup(shelf, name)) {
      throw fault('ResourceAlreadyExistsException', 'The specified log group already exists')
    }
    const { at } = rooms.draws
    rooms.logs.putGroup(shelf, { name, id: newId(rooms.draws), createdAt: at, tags, isProtected })
    return {}
  },
})

const notOffered = (member: string) =>
  fault('InvalidParameterException', `${member} is not offered here: leave it out.`)
