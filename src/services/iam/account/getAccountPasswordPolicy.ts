/**
 * What the account demands of passwords, if it was ever said.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html
 */
import { anything } from '../../operation.ts'
import { fault, operation } from '../service.ts'
import { passwordPolicyView } from './password-policy.ts'

export const getAccountPasswordPolicy = operation('GetAccountPasswordPolicy', {
  action: 'iam:GetAccountPasswordPolicy',
  touches: ({ caller: { account } }) => anything(account),

  async run({ identities, caller: { account } }) {
    const { passwordPolicy } = (await identities.findAccount(account)) ?? {}
    if (passwordPolicy) return { PasswordPolicy: passwordPolicyView(passwordPolicy) }
    const words = `The Password Policy with domain name ${account} cannot be found.`
    throw fault('NoSuchEntity', words)
  },
})
