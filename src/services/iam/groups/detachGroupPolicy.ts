/**
 * Takes a managed policy from a group. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachGroupPolicy.html
 */
import { attachContext, detach } from '../attachments.ts'
import { find } from '../entity.ts'
import { operation } from '../service.ts'

export const detachGroupPolicy = operation('DetachGroupPolicy', {
  action: 'iam:DetachGroupPolicy',
  touches: (look, { GroupName, PolicyArn }) =>
    find(look, 'group', GroupName, attachContext(PolicyArn)),
  run: (rooms, { PolicyArn }, { record }) => detach(rooms, record, PolicyArn),
})
