/**
 * Who the caller is. Needs no permission, and no policy can deny it.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
import { anything } from '../operation.ts'
import { operation } from './service.ts'

export const getCallerIdentity = operation('GetCallerIdentity', {
  action: undefined,
  touches: ({ caller }) => anything(caller.account),

  run({ caller }) {
    return { UserId: caller.principalId, Account: caller.account, Arn: caller.arn }
  },
})
