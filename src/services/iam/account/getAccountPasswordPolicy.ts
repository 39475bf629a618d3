/**
 * What the account demands of passwords, if it was ever said.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountPasswordPolicy.html
 */
import { anything } from '../../operation.ts'
import { fault, operation } from '../service.ts'
import { passwordPolicyView } from './password-policy.ts'
import { usersMayChange } from './settings.ts'

export const getAccountPasswordPolicy = operation('GetAccountPasswordPolicy', {
  action: 'iam:GetAccountPasswordPolicy',

  touches(look) {
    const subject = anything(look.caller.account)
    const mayAsk = look.caller.kind === 'user' && usersMayChange(look)
    return mayAsk ? { ...subject, grantAllows: true } : subject
  },

  run({ identities, caller: { account } }) {
    const { passwordPolicy } = identities.findAccount(account) ?? {}
    if (passwordPolicy) return { PasswordPolicy: passwordPolicyView(passwordPolicy) }
    const words = `The Password Policy with domain name ${account} cannot be found.`
    throw fault('NoSuchEntity', words)
  },
})
