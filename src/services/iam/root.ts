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
  const made = { accessKeyId: accessKeyId('AKIA'), secretAccessKey: secretAccessKey() }
  return store.attempt(async (attempt) => {
    const record = await new IdentityStore(attempt).findAccount(account)
    if (!fixed && record && record.rootAccessKeyIds.length > 0) return
    if (!fixed) keep(made)
    await fixRoot(attempt, secrets, account, at, fixed ?? made)
  })
}

async function fixRoot(
  attempt: Attempt,
  secrets: KeySecrets,
  account: AccountId,
  at: number,
  { accessKeyId: id, secretAccessKey: secret }: RootKey,
): Promise<void> {
  const identities = new IdentityStore(attempt)
  const known = await identities.findAccessKey(id)
  if (known && sameBytes(secrets.open(id, known.secret), utf8(secret))) return
  const record = (await identities.findAccount(account)) ?? { createdAt: at, rootAccessKeyIds: [] }
  const others = record.rootAccessKeyIds.filter((each) => each !== id)
  identities.putAccount(account, { ...record, rootAccessKeyIds: [...others, id] })
  identities.putAccessKey({
    id,
    account,
    status: 'Active',
    createdAt: known?.createdAt ?? at,
    secret: secrets.seal(id, secret),
  })
}
