/**
 * Takes a managed policy from a role. Holds from the next call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html
 */
import { attachContext, detach } from '../attachments.ts'
import { find } from '../entity.ts'
import { operation } from '../service.ts'

export const detachRolePolicy = operation('DetachRolePolicy', {
  action: 'iam:DetachRolePolicy',
  touches: (look, { RoleName, PolicyArn }) =>
    find(look, 'role', RoleName, attachContext(PolicyArn)),
  run: (rooms, { PolicyArn }, { record }) => detach(rooms, record, PolicyArn),
})
