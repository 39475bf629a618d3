/**
 * The account's name, if it has one.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html
 */
import { anything } from '../../operation.ts'
import { operation } from '../service.ts'

export const listAccountAliases = operation('ListAccountAliases', {
  action: 'iam:ListAccountAliases',
  touches: ({ caller: { account } }) => anything(account),

  run({ identities, caller }) {
    const { alias } = identities.findAccount(caller.account) ?? {}
    return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false }
  },
})
