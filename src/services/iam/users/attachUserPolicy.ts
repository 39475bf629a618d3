/**
 * Gives a user what a managed policy allows, in whatever version is its default. Holds from the next
 * call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
 */
import { attach, attachContext } from '../attachments.ts'
import { find } from '../entity.ts'
import { operation } from '../service.ts'

export const attachUserPolicy = operation('AttachUserPolicy', {
  action: 'iam:AttachUserPolicy',
  touches: (look, { UserName, PolicyArn }) =>
    find(look, 'user', UserName, attachContext(PolicyArn)),
  run: (rooms, { PolicyArn }, { record }) => attach(rooms, record, PolicyArn),
})
