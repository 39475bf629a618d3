/** A user's way into the console: a password, and whether it must be changed at the next sign-in. */
import { isFitPassword } from '../account/password-policy.ts'
import type { LoginRecord, PasswordPolicyRecord, PasswordRecord, UserRecord } from '../records.ts'
import { fault, type Rooms } from '../service.ts'
import { isPassword, newSalt, stretchPassword } from './password.ts'

/** The user's login. Throws NoSuchEntity. */
export function mustFindLogin({ identities }: Rooms, user: UserRecord): LoginRecord {
  const login = identities.findLogin(user.id)
  if (login) return login
  throw fault('NoSuchEntity', `Login Profile for User ${user.name} cannot be found.`)
}

export const loginView = (user: UserRecord, login: LoginRecord) => ({
  UserName: user.name,
  CreateDate: login.createdAt,
  PasswordResetRequired: login.mustReset,
})

/** A new password as it is kept. Throws PasswordPolicyViolation unless the account takes it. */
export async function fitPassword(rooms: Rooms, password: string): Promise<PasswordRecord> {
  if (!isFitPassword(password, policyOf(rooms))) {
    throw violation('Password does not conform to the account password policy.')
  }
  return stretchPassword(password, rooms.draws.draw('salt', newSalt))
}

/** The login with another password. Throws PasswordPolicyViolation for one that is remembered. */
export async function withPassword(
  rooms: Rooms,
  login: LoginRecord,
  password: string,
): Promise<LoginRecord> {
  const kept = await fitPassword(rooms, password)
  const remembered = policyOf(rooms)?.remembered ?? 0
  const earlier = [login.password, ...login.before].slice(0, remembered)
  for (const each of earlier) {
    if (await isPassword(password, each)) {
      throw violation('Password cannot be one of those used before.')
    }
  }
  return { ...login, password: kept, before: earlier, changedAt: rooms.draws.at }
}

const policyOf = ({ identities, caller }: Rooms): PasswordPolicyRecord | undefined =>
  identities.findAccount(caller.account)?.passwordPolicy

const violation = (words: string) => fault('PasswordPolicyViolation', words)
