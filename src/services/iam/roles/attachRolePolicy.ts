/**
 * Gives a role what a managed policy allows, in whatever version is its default. Holds from the next
 * call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
 */
import { attach, attachContext } from '../attachments.ts'
import { find } from '../entity.ts'
import { operation } from '../service.ts'

export const attachRolePolicy = operation('AttachRolePolicy', {
  action: 'iam:AttachRolePolicy',
  touches: (look, { RoleName, PolicyArn }) =>
    find(look, 'role', RoleName, attachContext(PolicyArn)),
  run: (rooms, { PolicyArn }, { record }) => attach(rooms, record, PolicyArn),
})
