/**
 * Who stands behind an access key or a session, and what their own policies allow: the port by which
 * identity, the corridor and STS learn it. Everything is read in the attempt, so that a key deleted or
 * a policy changed meanwhile makes the attempt run again.
 */
import type { KeyObject } from 'node:crypto'
import type { AccountId } from '../../lib/brand.ts'
import { once } from '../../lib/once.ts'
import type { Session } from '../../lib/session.ts'
import type { CompiledPolicy } from '../../policy/compile.ts'
import type { Attempt, Look } from '../../store/attempt.ts'
import { arnOf, providerUrlOf } from './arns.ts'
import { trustPolicy } from './compiled.ts'
import { findManaged } from './managed.ts'
import { type AccessKeyRecord, type ProviderRecord, rootOwner } from './records.ts'
import type { KeySecrets } from './secrets.ts'
import { type Authority, authorityOf, authorityOfUser, rootCaller } from './sessions.ts'
import { IdentityReader, IdentityStore } from './store.ts'
import { tagValues } from './tags.ts'
import { quarterOf, type Use } from './uses.ts'

export type { Authority } from './sessions.ts'

/** What a key signs for. */
interface Scope {
  /** `20150830` */
  readonly day: string
  readonly region: string
  readonly service: string
}

/** Keeps derived signing keys, so that a secret is opened once a day and scope. */
export interface SigningKeys {
  get(accessKeyId: string, scope: Scope, openSecret: () => Uint8Array): KeyObject
}

export class Principals {
  readonly #secrets: KeySecrets
  readonly #signingKeys: SigningKeys

  constructor(secrets: KeySecrets, signingKeys: SigningKeys) {
    this.#secrets = secrets
    this.#signingKeys = signingKeys
  }

  /**
   * What identity must know of a key to check a signature; `undefined` if there is none. Whether it may be
   * used now is no matter of this look, which another node's change may have overtaken: that is decided
   * with the call, and validated by its commit.
   */
  credential(look: Look, accessKeyId: string) {
    const key = new IdentityReader(look).findAccessKey(accessKeyId)
    return key && this.#credentialOf(key)
  }

  readonly #credentialOf = once(({ id: accessKeyId, secret }: AccessKeyRecord) => {
    // Nearly every call is signed for the same day, region and service as the one before.
    let last: (Scope & { readonly key: KeyObject }) | undefined
    return {
      accessKeyId,
      signingKey: (day: string, region: string, service: string): KeyObject => {
        if (last?.service === service && last?.day === day && last?.region === region) {
          return last.key
        }
        const scope = { day, region, service }
        const key = this.#signingKeys.get(accessKeyId, scope, () =>
          this.#secrets.open(accessKeyId, secret),
        )
        last = { ...scope, key }
        return key
      },
    }
  })
}

/** The caller behind a long-term key, with its policies; `undefined` if it may not be used (any more). */
export function findAuthority(
  attempt: Attempt,
  { accessKeyId, service, region }: Use & { readonly accessKeyId: string },
  at: number,
): Authority | undefined {
  const identities = new IdentityStore(attempt)
  const key = identities.findAccessKey(accessKeyId)
  if (key?.status !== 'Active') return undefined
  noteKeyUse(identities, key, { service, region }, at)
  return behindKey(identities, key)
}

function noteKeyUse(
  identities: IdentityStore,
  key: AccessKeyRecord,
  { service, region }: Use,
  at: number,
): void {
  const last = lastUses.get(key)
  const quarter = quarterOf(at)
  if (last?.quarter === quarter && last?.service === service && last?.region === region) return
  const isNews = identities.noteUse(key.id, { service, region }, at)
  const isOwnersNews =
    key.owner !== rootOwner && identities.noteUse(key.owner, { service, region }, at)
  if (!isNews && !isOwnersNews) lastUses.set(key, { service, region, quarter })
}

/** The use of a key that stands already: nearly every call is another one of the same. */
const lastUses = new WeakMap<AccessKeyRecord, Use & { readonly quarter: number }>()

const behindKey = IdentityReader.derived(
  (identities, { id: accessKeyId, account, owner }: AccessKeyRecord): Authority | undefined => {
    if (owner === rootOwner) return { caller: rootCaller({ account, accessKeyId }), identity: [] }
    const user = identities.get('user', owner)
    return user && authorityOfUser(identities, user, accessKeyId)
  },
)

/** The account that an access key belongs to, used or not. */
export function findAccountOf(look: Look, accessKeyId: string): AccountId | undefined {
  return new IdentityReader(look).findAccessKey(accessKeyId)?.account
}

/** The caller behind temporary credentials; `undefined` if the identity that they rest on is gone. */
export function authorityOfSession(look: Look, session: Session): Authority | undefined {
  return authorityOf(new IdentityReader(look), session)
}

/** Notes that the identity behind a session was used. Quiet: rides in the journal's batch. */
export function noteSessionUse(attempt: Attempt, session: Session, use: Use, at: number): void {
  const id = session.roleId ?? session.userId
  if (id !== undefined) new IdentityStore(attempt).noteUse(id, use, at)
}

/** A role as whoever lets it be assumed sees it. */
export interface Role {
  readonly name: string
  readonly roleId: string
  readonly account: AccountId
  readonly path: string
  readonly arn: string
  readonly maxSessionSeconds: number
  /** The trust policy as it was put. */
  readonly trustText: string
  /** The same, compiled: it names users and roles by their unique ids. */
  readonly trust: CompiledPolicy
  readonly tags: Readonly<Record<string, string>>
}

/** The role of that name. Whoever is handed an ARN compares `arn`, which holds the path. */
export function findRole(look: Look, account: AccountId, name: string): Role | undefined {
  const role = new IdentityReader(look).find('role', account, name)
  if (!role) return undefined
  return {
    name: role.name,
    roleId: role.id,
    account,
    path: role.path,
    arn: arnOf(role),
    maxSessionSeconds: role.maxSessionSeconds,
    trustText: role.trust.text,
    trust: trustPolicy(role),
    tags: tagValues(role.tags),
  }
}

/** Whether a managed policy that a session is to be bounded by is there. */
export function hasManagedPolicy(look: Look, account: AccountId, arn: string): boolean {
  return findManaged(new IdentityReader(look), account, arn) !== undefined
}

/** The OpenID Connect provider of that ARN in the account. */
export function findProvider(
  look: Look,
  account: AccountId,
  arn: string,
): ProviderRecord | undefined {
  const url = providerUrlOf(account, arn)
  return url === undefined ? undefined : new IdentityReader(look).findProvider(account, url)
}
