/**
 * Who stands behind an access key, and what their own policies allow: the port by which identity and
 * the corridor learn it. Everything is read in the attempt, so that a key deleted or a policy changed
 * meanwhile makes the attempt run again.
 */
import type { KeyObject } from 'node:crypto'
import type { Caller } from '../../lib/caller.ts'
import { type CompiledPolicy, compilePolicy } from '../../policy/compile.ts'
import { readPolicy } from '../../policy/document.ts'
import type { Attempt, Look } from '../../store/attempt.ts'
import { rootArn, userArn } from './arns.ts'
import type { KeySecrets } from './secrets.ts'
import { type AccessKeyRecord, IdentityReader, IdentityStore, type UserRecord } from './store.ts'

/** A caller with the policies that are attached to it. */
export interface Authority {
  readonly caller: Caller
  readonly identity: readonly CompiledPolicy[]
  readonly boundary?: CompiledPolicy | undefined
  readonly session?: readonly CompiledPolicy[] | undefined
}

/** Keeps derived signing keys, so that a secret is opened once a day and scope. */
export interface SigningKeys {
  get(
    accessKeyId: string,
    scope: { readonly day: string; readonly region: string; readonly service: string },
    openSecret: () => Uint8Array,
  ): KeyObject
}

export class Principals {
  readonly #secrets: KeySecrets
  readonly #signingKeys: SigningKeys

  constructor(secrets: KeySecrets, signingKeys: SigningKeys) {
    this.#secrets = secrets
    this.#signingKeys = signingKeys
  }

  /** What identity must know of a key to check a signature; `undefined` unless it may be used now. */
  async credential(look: Look, accessKeyId: string) {
    const key = await findActive(look, accessKeyId)
    if (!key) return undefined
    return {
      accessKeyId,
      signingKey: (day: string, region: string, service: string): KeyObject =>
        this.#signingKeys.get(accessKeyId, { day, region, service }, () =>
          this.#secrets.open(accessKeyId, key.secret),
        ),
    }
  }
}

/** The caller behind a key, with its policies; `undefined` if the key may not be used (any more). */
export async function findAuthority(
  attempt: Attempt,
  { accessKeyId }: { readonly accessKeyId: string },
  at: number,
): Promise<Authority | undefined> {
  const key = await findActive(attempt, accessKeyId)
  if (!key) return undefined
  new IdentityStore(attempt).noteUse(accessKeyId, at)
  if (key.userName === undefined) return { caller: rootCaller(key), identity: [] }
  const user = await new IdentityReader(attempt).findUser(key.account, key.userName)
  return user && { caller: userCaller(key, user), identity: policiesOf(user) }
}

async function findActive(look: Look, id: string): Promise<AccessKeyRecord | undefined> {
  const key = await new IdentityReader(look).findAccessKey(id)
  return key?.status === 'Active' ? key : undefined
}

const rootCaller = ({ id, account }: AccessKeyRecord): Caller => ({
  kind: 'root',
  account,
  arn: rootArn(account),
  principalId: account,
  accessKeyId: id,
  tags: {},
})

const userCaller = ({ id, account }: AccessKeyRecord, user: UserRecord): Caller => ({
  kind: 'user',
  account,
  arn: userArn(account, user.path, user.name),
  principalId: user.userId,
  userName: user.name,
  accessKeyId: id,
  tags: Object.fromEntries(user.tags.map(({ Key, Value }) => [Key, Value])),
})

const compiled = new WeakMap<UserRecord, readonly CompiledPolicy[]>()

/** A user's policies, compiled once for each record that was read. */
function policiesOf(user: UserRecord): readonly CompiledPolicy[] {
  const known = compiled.get(user)
  if (known) return known
  const policies = Object.entries(user.policies).map(([name, text]) =>
    compilePolicy(readPolicy(text, 'identity'), { kind: 'identity', name }),
  )
  compiled.set(user, policies)
  return policies
}
