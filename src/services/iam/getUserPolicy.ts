/**
 * An inline policy's text, percent-encoded as IAM gives documents (RFC 3986).
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html
 */
import { mustFindPolicy } from './inline.ts'
import { operation } from './service.ts'
import { findUser } from './user.ts'

export const getUserPolicy = operation('GetUserPolicy', {
  action: 'iam:GetUserPolicy',
  touches: (look, { UserName }) => findUser(look, UserName),

  run(_rooms, { PolicyName }, { record }) {
    const text = mustFindPolicy(record.policies, PolicyName)
    return { UserName: record.name, PolicyName, PolicyDocument: encodeURIComponent(text) }
  },
})
