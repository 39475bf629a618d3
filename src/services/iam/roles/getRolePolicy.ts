/**
 * An inline policy's text, percent-encoded as IAM gives documents (RFC 3986).
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
 */
import { find } from '../entity.ts'
import { inlineView } from '../inline.ts'
import { operation } from '../service.ts'

export const getRolePolicy = operation('GetRolePolicy', {
  action: 'iam:GetRolePolicy',
  touches: (look, { RoleName }) => find(look, 'role', RoleName),

  run: (_rooms, { PolicyName }, { record }) => ({
    RoleName: record.name,
    ...inlineView(record, PolicyName),
  }),
})
