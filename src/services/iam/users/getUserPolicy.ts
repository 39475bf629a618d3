/**
 * An inline policy's text, percent-encoded as IAM gives documents (RFC 3986).
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html
 */
import { find } from '../entity.ts'
import { inlineView } from '../inline.ts'
import { operation } from '../service.ts'

export const getUserPolicy = operation('GetUserPolicy', {
  action: 'iam:GetUserPolicy',
  touches: (look, { UserName }) => find(look, 'user', UserName),

  run: (_rooms, { PolicyName }, { record }) => ({
    UserName: record.name,
    ...inlineView(record, PolicyName),
  }),
})
