/** The records of Secrets Manager and the questions that its operations ask of them. */

import type { Envelope } from '../../keyring/envelope.ts'
import type { AccountId } from '../../lib/brand.ts'
import { dayOf } from '../../lib/clock.ts'
import type { Attempt, Look } from '../../store/attempt.ts'
import { collection } from '../../store/collection.ts'

export interface Tag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** A secret without its values. Instants are milliseconds since 1970. */
export interface SecretRecord {
  readonly name: string
  /** The six characters that end its ARN. */
  readonly suffix: string
  readonly description?: string | undefined
  readonly kmsKeyId?: string | undefined
  /** Absent if the secret was never tagged. */
  readonly tags?: readonly Tag[] | undefined
  readonly createdAt: number
  readonly changedAt: number
  /** When it was deleted; it can be restored until `purgeAt`. */
  readonly deletedAt?: number | undefined
  readonly purgeAt?: number | undefined
  /** The resource policy, as it was put. */
  readonly policy?: string | undefined
  /** Which version each staging label is attached to. */
  readonly labels: Readonly<Record<string, string>>
}

/** One version's value, sealed. Its labels stand in the secret. */
export interface VersionRecord {
  readonly id: string
  readonly createdAt: number
  readonly kind: 'string' | 'binary'
  readonly value: Envelope
}

interface Pointer {
  readonly name: string
}

const secrets = collection<SecretRecord>('secrets')
const versions = collection<VersionRecord>('versions')
const byCreation = collection<Pointer>('secrets-by-creation')
const byPurge = collection<Pointer>('secrets-by-purge')
const readDays = 'secret-read-days'

const pageItemsMax = 1000

/** Where a secret lives: an account's region. */
export interface Shelf {
  readonly account: AccountId
  readonly region: string
}

export class SecretReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  find({ account, region }: Shelf, name: string): Promise<SecretRecord | undefined> {
    return this.look.get(secrets, account, region, name)
  }

  findVersion(
    { account, region }: Shelf,
    secret: SecretRecord,
    versionId: string,
  ): Promise<VersionRecord | undefined> {
    return this.look.get(versions, account, region, secret.name, secret.suffix, versionId)
  }

  /** The days on which the secret and these versions were last read, if ever. */
  readDays({ account, region }: Shelf, secret: SecretRecord, versionIds: readonly string[] = []) {
    const key = [account, region, secret.name, secret.suffix]
    return this.look.noted(readDays, key, ...versionIds.map((id) => [...key, id]))
  }

  /** Versions of a secret in the order of their ids. */
  async listVersions(
    { account, region }: Shelf,
    secret: SecretRecord,
    after?: string,
  ): Promise<VersionRecord[]> {
    const parts = [account, region, secret.name, secret.suffix]
    const items = await this.look.list(versions, parts, {
      after: after === undefined ? undefined : [after],
      itemsMax: pageItemsMax,
    })
    return items.map((item) => item.record)
  }

  /** Names in the order in which the secrets were created, with the place of each. */
  async listByCreation(
    { account, region }: Shelf,
    options: {
      after?: readonly (string | number)[] | undefined
      itemsMax: number
      reverse: boolean
    },
  ): Promise<{ place: [createdAt: number, name: string]; secret: SecretRecord | undefined }[]> {
    const items = await this.look.list(byCreation, [account, region], options)
    return Promise.all(
      items.map(async ({ parts, record }) => ({
        place: [Number(parts[2]), record.name] as [number, string],
        secret: await this.look.peek(secrets, account, region, record.name),
      })),
    )
  }
}

export class SecretStore extends SecretReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  /** Writes a secret that was not there before. */
  add({ account, region }: Shelf, secret: SecretRecord): void {
    const { name, createdAt } = secret
    this.#attempt.put(secrets, [account, region, name], secret)
    this.#attempt.put(byCreation, [account, region, createdAt, name], { name })
  }

  /** Writes a secret in place of what it was before. */
  replace({ account, region }: Shelf, before: SecretRecord, secret: SecretRecord): void {
    this.#attempt.put(secrets, [account, region, secret.name], secret)
    if (before.purgeAt === secret.purgeAt) return
    const { name } = secret
    if (before.purgeAt) this.#attempt.remove(byPurge, before.purgeAt, account, region, name)
    if (secret.purgeAt)
      this.#attempt.put(byPurge, [secret.purgeAt, account, region, name], { name })
  }

  addVersion({ account, region }: Shelf, secret: SecretRecord, version: VersionRecord): void {
    const { name, suffix } = secret
    this.#attempt.put(versions, [account, region, name, suffix, version.id], version)
  }

  /** Removes a secret and every one of its values. */
  async purge(shelf: Shelf, secret: SecretRecord): Promise<void> {
    const { account, region } = shelf
    const { name, suffix, createdAt, purgeAt } = secret
    let after: string | undefined
    do {
      const page: VersionRecord[] = await this.listVersions(shelf, secret, after)
      for (const { id } of page) this.#attempt.remove(versions, account, region, name, suffix, id)
      after = page.length === pageItemsMax ? page.at(-1)?.id : undefined
    } while (after !== undefined)
    this.#attempt.remove(secrets, account, region, name)
    this.#attempt.remove(byCreation, account, region, createdAt, name)
    if (purgeAt) this.#attempt.remove(byPurge, purgeAt, account, region, name)
  }

  /** Quiet: a day is all that AWS ever shows of a read. */
  noteRead({ account, region }: Shelf, secret: SecretRecord, versionId: string, at: number): void {
    const key = [account, region, secret.name, secret.suffix]
    this.#attempt.note(dayOf(at), readDays, ...key)
    this.#attempt.note(dayOf(at), readDays, ...key, versionId)
  }
}
