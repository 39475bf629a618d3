/**
 * What an account demands of its users' passwords.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
 */
import type { PasswordPolicyRecord } from '../records.ts'

export const passwordPolicyView = (policy: PasswordPolicyRecord) => ({
  MinimumPasswordLength: policy.charsMin,
  RequireSymbols: policy.needsSymbol,
  RequireNumbers: policy.needsNumber,
  RequireUppercaseCharacters: policy.needsUpperCase,
  RequireLowercaseCharacters: policy.needsLowerCase,
  AllowUsersToChangePassword: policy.usersMayChange,
  ExpirePasswords: policy.ageDaysMax !== undefined,
  ...(policy.ageDaysMax !== undefined && { MaxPasswordAge: policy.ageDaysMax }),
  ...(policy.remembered !== undefined && { PasswordReusePrevention: policy.remembered }),
  ...(policy.hardExpiry !== undefined && { HardExpiry: policy.hardExpiry }),
})

type Demand = readonly [isMade: (policy: PasswordPolicyRecord) => boolean, form: RegExp]

const classes = [/[A-Z]/, /[a-z]/, /[0-9]/, /[!@#$%^&*()_+\-=[\]{}|']/] as const
const [upperCase, lowerCase, digit, symbol] = classes

const demands: readonly Demand[] = [
  [({ needsUpperCase }) => needsUpperCase, upperCase],
  [({ needsLowerCase }) => needsLowerCase, lowerCase],
  [({ needsNumber }) => needsNumber, digit],
  [({ needsSymbol }) => needsSymbol, symbol],
]

const charsMinDefault = 8
const classesMinDefault = 3

/** Whether a password is good enough; without a policy by AWS's own: eight of three kinds. */
export function isFitPassword(password: string, policy: PasswordPolicyRecord | undefined): boolean {
  if (policy) {
    const meets = ([isMade, form]: Demand) => !isMade(policy) || form.test(password)
    return password.length >= policy.charsMin && demands.every(meets)
  }
  const kinds = classes.filter((form) => form.test(password)).length
  return password.length >= charsMinDefault && kinds >= classesMinDefault
}
