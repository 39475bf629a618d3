/**
 * The account's root and its first access key, made when the house first opens.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html
 */
import type { AccountId } from '../../lib/brand.ts'
import { sameBytes, utf8 } from '../../lib/bytes.ts'
import { accessKeyId, secretAccessKey } from '../../lib/ids.ts'
import type { Attempt } from '../../store/attempt.ts'
import type { Store } from '../../store/store.ts'
import { rootOwner } from './records.ts'
import type { KeySecrets } from './secrets.ts'
import { IdentityStore } from './store.ts'

export interface RootKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

export interface RootWish {
  readonly account: AccountId
  /** Milliseconds since 1970. */
  readonly at: number
  /** The pair that the operator fixed. */
  readonly fixed: RootKey | undefined
}

/**
 * Sees to it that the account's root has an access key: the one that the operator fixed, or one made
 * now if it has none. A pair made here is given to `keep` before it is committed, so that no crash
 * can leave a root key that nobody knows.
 */
export function ensureRoot(
  store: Store,
  secrets: KeySecrets,
  { account, at, fixed }: RootWish,
  keep: (made: RootKey) => void,
): Promise<void> {
  const made = makeRootKey()
  return store.attempt((attempt) => {
    const record = new IdentityStore(attempt).findAccount(account)
    if (!fixed && record && record.rootAccessKeyIds.length > 0) return
    if (!fixed) keep(made)
    fixRoot(attempt, secrets, account, at, fixed ?? made)
  })
}

/** Makes an account whose root has this key. False if there is one of that id. */
export function addAccount(
  attempt: Attempt,
  secrets: KeySecrets,
  { account, at }: Pick<RootWish, 'account' | 'at'>,
  key: RootKey,
): boolean {
  if (new IdentityStore(attempt).findAccount(account)) return false
  fixRoot(attempt, secrets, account, at, key)
  return true
}

/** Takes every key of an account's root away and gives it this one. False if there is no such account. */
export function replaceRoot(
  attempt: Attempt,
  secrets: KeySecrets,
  { account, at }: Pick<RootWish, 'account' | 'at'>,
  key: RootKey,
): boolean {
  const identities = new IdentityStore(attempt)
  const record = identities.findAccount(account)
  if (!record) return false
  for (const id of record.rootAccessKeyIds) identities.removeAccessKey(id)
  identities.putAccount(account, { ...record, rootAccessKeyIds: [] })
  fixRoot(attempt, secrets, account, at, key)
  return true
}

/** A key pair that nobody has yet. */
export const makeRootKey = (): RootKey => ({
  accessKeyId: accessKeyId('AKIA'),
  secretAccessKey: secretAccessKey(),
})

function fixRoot(
  attempt: Attempt,
  secrets: KeySecrets,
  account: AccountId,
  at: number,
  { accessKeyId: id, secretAccessKey: secret }: RootKey,
): void {
  const identities = new IdentityStore(attempt)
  const known = identities.findAccessKey(id)
  if (known && sameBytes(secrets.open(id, known.secret), utf8(secret))) return
  const record = identities.findAccount(account) ?? { createdAt: at, rootAccessKeyIds: [] }
  const others = record.rootAccessKeyIds.filter((each) => each !== id)
  identities.putAccount(account, { ...record, rootAccessKeyIds: [...others, id] })
  identities.putAccessKey({
    id,
    account,
    owner: rootOwner,
    status: 'Active',
    createdAt: known?.createdAt ?? at,
    secret: secrets.seal(id, secret),
  })
}
