/**
 * Takes a managed policy from a user. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html
 */
import { attachContext, detach } from '../attachments.ts'
import { find } from '../entity.ts'
import { operation } from '../service.ts'

export const detachUserPolicy = operation('DetachUserPolicy', {
  action: 'iam:DetachUserPolicy',
  touches: (look, { UserName, PolicyArn }) =>
    find(look, 'user', UserName, attachContext(PolicyArn)),
  run: (rooms, { PolicyArn }, { record }) => detach(rooms, record, PolicyArn),
})
