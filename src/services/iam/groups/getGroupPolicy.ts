/**
 * An inline policy's text, percent-encoded as IAM gives documents (RFC 3986).
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html
 */
import { find } from '../entity.ts'
import { inlineView } from '../inline.ts'
import { operation } from '../service.ts'

export const getGroupPolicy = operation('GetGroupPolicy', {
  action: 'iam:GetGroupPolicy',
  touches: (look, { GroupName }) => find(look, 'group', GroupName),

  run: (_rooms, { PolicyName }, { record }) => ({
    GroupName: record.name,
    ...inlineView(record, PolicyName),
  }),
})
