/**
 * Gives everybody in a group what a managed policy allows, in whatever version is its default. Holds from the next
 * call on.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html
 */
import { attach, attachContext } from '../attachments.ts'
import { find } from '../entity.ts'
import { operation } from '../service.ts'

export const attachGroupPolicy = operation('AttachGroupPolicy', {
  action: 'iam:AttachGroupPolicy',
  touches: (look, { GroupName, PolicyArn }) =>
    find(look, 'group', GroupName, attachContext(PolicyArn)),
  run: (rooms, { PolicyArn }, { record }) => attach(rooms, record, PolicyArn),
})
