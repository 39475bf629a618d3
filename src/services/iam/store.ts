/** The records of IAM and the questions that its operations ask of them. */
import type { AccountId } from '../../lib/brand.ts'
import type { Attempt, Item, ListOptions, Look } from '../../store/attempt.ts'
import { collection } from '../../store/collection.ts'

export interface Tag {
  readonly Key: string
  readonly Value: string
}

/** An account: its root's access keys. Whoever adds a key writes this record, too. */
export interface AccountRecord {
  readonly createdAt: number
  readonly rootAccessKeyIds: readonly string[]
}

/**
 * A user with everything that a decision about it reads: one point read gives its permissions.
 * Instants are milliseconds since 1970.
 */
export interface UserRecord {
  readonly name: string
  readonly path: string
  readonly userId: string
  readonly createdAt: number
  readonly tags: readonly Tag[]
  readonly accessKeyIds: readonly string[]
  /** Inline policies by name, as they were put. */
  readonly policies: Readonly<Record<string, string>>
}

export type KeyStatus = 'Active' | 'Inactive'

/** A long-term access key. Its secret is sealed once more, so that no cached record holds it open. */
export interface AccessKeyRecord {
  readonly id: string
  readonly account: AccountId
  /** The user's name, or absent for the account's root. */
  readonly userName?: string
  readonly status: KeyStatus
  readonly createdAt: number
  readonly secret: string
}

const accounts = collection<AccountRecord>('accounts')
const users = collection<UserRecord>('users')
const accessKeys = collection<AccessKeyRecord>('access-keys')
const keyUse = 'access-key-use'

/** IAM's names differ by more than case: `Reader` and `reader` cannot both exist. */
const folded = (name: string): string => name.toLowerCase()

export class IdentityReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  findAccount(account: AccountId): Promise<AccountRecord | undefined> {
    return this.look.get(accounts, account)
  }

  findUser(account: AccountId, name: string): Promise<UserRecord | undefined> {
    return this.look.get(users, account, folded(name))
  }

  findAccessKey(id: string): Promise<AccessKeyRecord | undefined> {
    return this.look.get(accessKeys, id)
  }

  listUsers(account: AccountId, options: ListOptions): Promise<Item<UserRecord>[]> {
    return this.look.list(users, [account], options)
  }

  /** When a key was last used, in milliseconds, to the quarter of an hour. */
  async lastUse(id: string): Promise<number | undefined> {
    const [at] = await this.look.noted(keyUse, [id])
    return at
  }
}

export class IdentityStore extends IdentityReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  putAccount(account: AccountId, record: AccountRecord): void {
    this.#attempt.put(accounts, [account], record)
  }

  putUser(account: AccountId, user: UserRecord): void {
    this.#attempt.put(users, [account, folded(user.name)], user)
  }

  removeUser(account: AccountId, user: UserRecord): void {
    this.#attempt.remove(users, account, folded(user.name))
  }

  putAccessKey(key: AccessKeyRecord): void {
    this.#attempt.put(accessKeys, [key.id], key)
  }

  removeAccessKey(id: string): void {
    this.#attempt.remove(accessKeys, id)
  }

  /** Quiet: rides in the journal's batch. */
  noteUse(id: string, at: number): void {
    this.#attempt.note(Math.floor(at / useStepMs) * useStepMs, keyUse, id)
  }
}

const useStepMs = 15 * 60 * 1000
