/** The collections of Secrets Manager and the questions that its operations ask of them. */

import { dayOf } from '../../lib/clock.ts'
import type { Attempt, Item, ListOptions, Look } from '../../store/attempt.ts'
import { type Collection, collection } from '../../store/collection.ts'
import { eachOf } from '../../store/supply.ts'
import type { Rotation, SecretRecord, Shelf, VersionRecord } from './records.ts'
import { announceMoves } from './stores/happenings.ts'

interface Pointer {
  readonly name: string
}

const secrets = collection<SecretRecord>('secrets')
const versions = collection<VersionRecord>('versions')
const versionsByAge = collection<{ readonly id: string }>('versions-by-age')
const byCreation = collection<Pointer>('secrets-by-creation')
const byChange = collection<Pointer>('secrets-by-change')
const byAccess = collection<Pointer>('secrets-by-access')
const byPurge = collection<Pointer>('secrets-by-purge')
/**
 * Rotations by the instant from which there is something to do, written in the commit that decides it:
 * what the rotation engine reads. A rotation that was asked for is due at once, and as long as it is
 * under way; any other with its next window. Those of replicas and of deleted secrets are not.
 */
const byRotation = collection<Pointer>('rotations-due')
/** The day of a secret's last read. A record and not a stamp, since a sort order hangs on it. */
const reads = collection<{ readonly day: number }>('secret-reads')
const versionReads = 'version-read-days'
const secretsCount = 'secrets-count'

const pageItemsMax = 1000

/** Sort orders that have an index of their own; that of names is the secrets' own key. */
const indexes = {
  'created-date': byCreation,
  'last-changed-date': byChange,
  'last-accessed-date': byAccess,
} as const
export type Order = keyof typeof indexes

/** A secret in a list, with the place by which the list goes on behind it: by `at`, then by name. */
export interface Listed {
  /** What the order sorts by; 0 where names alone do. */
  readonly at: number
  readonly name: string
  /** Absent if it went away while the list was read. */
  readonly secret: SecretRecord | undefined
}

/** A secret whose deletion or rotation is due. */
export interface Due {
  readonly shelf: Shelf
  readonly name: string
  /** Where a list goes on behind it. */
  readonly place: readonly string[]
}

const keyOf = ({ account, region }: Shelf, { name, suffix }: SecretRecord) =>
  [account, region, name, suffix] as const

/** No key can hold it. */
const isUnkeyable = (text: string): boolean => /\p{Cc}/u.test(text)

export class SecretReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  find({ account, region }: Shelf, name: string): SecretRecord | undefined {
    return this.look.get(secrets, account, region, name)
  }

  findVersion(shelf: Shelf, secret: SecretRecord, id: string): VersionRecord | undefined {
    if (isUnkeyable(id)) return undefined
    return this.look.get(versions, ...keyOf(shelf, secret), id)
  }

  /** The day on which the secret was last read, if ever. For lists and descriptions. */
  readDay(shelf: Shelf, secret: SecretRecord): number | undefined {
    return this.look.peek(reads, ...keyOf(shelf, secret))?.day
  }

  /** The days on which these versions were last read. */
  versionReadDays(shelf: Shelf, secret: SecretRecord, ids: readonly string[]) {
    const key = keyOf(shelf, secret)
    return this.look.noted(versionReads, ...ids.map((id) => [...key, id]))
  }

  /** Versions from the oldest on. */
  async listVersions(
    shelf: Shelf,
    secret: SecretRecord,
    options: Pick<ListOptions, 'after' | 'itemsMax'>,
  ): Promise<VersionRecord[]> {
    const key = keyOf(shelf, secret)
    const items = await this.look.list(versionsByAge, key, options)
    const found = eachOf(items, ({ record }) => this.look.peek(versions, ...key, record.id))
    return found.filter((version) => version !== undefined)
  }

  /** Secrets in a sort order. */
  async listBy(order: Order, { account, region }: Shelf, options: ListOptions): Promise<Listed[]> {
    const items = await this.look.list(indexes[order], [account, region], options)
    return eachOf(items, ({ parts, record }) => ({
      at: Number(parts[2]),
      name: record.name,
      secret: this.look.peek(secrets, account, region, record.name),
    }))
  }

  /** Secrets in the order of their names, which begin with `options.prefix`. */
  async listByName({ account, region }: Shelf, options: ListOptions): Promise<Listed[]> {
    const items = await this.look.list(secrets, [account, region], options)
    return items.map(({ record }) => ({ at: 0, name: record.name, secret: record }))
  }

  /** Every secret of every account, page by page, for whoever counts them. */
  async everySecret(after: readonly string[] | undefined, itemsMax: number) {
    return this.look.list(secrets, [], { after, itemsMax })
  }

  /** The earliest deletions whose windows ended by then. */
  due(at: number, itemsMax: number): Promise<Due[]> {
    return this.#ended(byPurge, at, itemsMax)
  }

  /** The earliest rotations that were due by then. */
  dueRotations(at: number, itemsMax: number, after?: Due['place']): Promise<Due[]> {
    return this.#ended(byRotation, at, itemsMax, after)
  }

  async #ended(
    of: Collection<Pointer>,
    at: number,
    itemsMax: number,
    after?: Due['place'],
  ): Promise<Due[]> {
    const items: Item<Pointer>[] = await this.look.list(of, [], { after, itemsMax })
    const ended = items.filter(({ parts }) => Number(parts[0]) <= at)
    return ended.map(({ parts: place, record: { name } }) => ({
      shelf: { account: place[1], region: place[2] } as Shelf,
      ...{ name, place },
    }))
  }

  /** About how many secrets stand on a shelf. */
  count({ account, region }: Shelf): Promise<number> {
    return this.look.counted(secretsCount, account, region)
  }
}

export class SecretStore extends SecretReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  /** Writes a secret that was not there before. */
  add(shelf: Shelf, secret: SecretRecord): void {
    const { account, region } = shelf
    this.#attempt.put(secrets, [account, region, secret.name], secret)
    this.#index(entriesOf(shelf, secret), secret)
    this.#attempt.put(byAccess, [account, region, never, secret.name], { name: secret.name })
    this.#attempt.count(1, secretsCount, account, region)
  }

  /** Writes a secret in place of what it was before. */
  replace(shelf: Shelf, before: SecretRecord, secret: SecretRecord): void {
    this.#attempt.put(secrets, [shelf.account, shelf.region, secret.name], secret)
    announceMoves(this.#attempt, shelf, before, secret)
    const [from, to] = [entriesOf(shelf, before), entriesOf(shelf, secret)]
    for (const [of, parts] of without(from, to)) this.#attempt.remove(of, ...parts)
    this.#index(without(to, from), secret)
  }

  #index(entries: readonly Entry[], { name }: SecretRecord): void {
    for (const [of, parts] of entries) this.#attempt.put(of, parts, { name })
  }

  addVersion(shelf: Shelf, secret: SecretRecord, version: VersionRecord): void {
    const { id, createdAt } = version
    this.#attempt.put(versionsByAge, [...keyOf(shelf, secret), createdAt, id], { id })
    this.replaceVersion(shelf, secret, version)
  }

  /** Writes a version that is there already. */
  replaceVersion(shelf: Shelf, secret: SecretRecord, version: VersionRecord): void {
    this.#attempt.put(versions, [...keyOf(shelf, secret), version.id], version)
  }

  removeVersion(shelf: Shelf, secret: SecretRecord, { id, createdAt }: VersionRecord): void {
    this.#attempt.remove(versions, ...keyOf(shelf, secret), id)
    this.#attempt.remove(versionsByAge, ...keyOf(shelf, secret), createdAt, id)
  }

  /** Removes a secret and every one of its values. */
  async purge(shelf: Shelf, secret: SecretRecord): Promise<void> {
    const { account, region } = shelf
    await this.#purgeVersions(shelf, secret)
    const day = this.lastDay(shelf, secret)
    this.#attempt.remove(reads, ...keyOf(shelf, secret))
    this.#attempt.remove(byAccess, account, region, day, secret.name)
    for (const [of, parts] of entriesOf(shelf, secret)) this.#attempt.remove(of, ...parts)
    this.#attempt.remove(secrets, account, region, secret.name)
    this.#attempt.count(-1, secretsCount, account, region)
  }

  async #purgeVersions(shelf: Shelf, secret: SecretRecord): Promise<void> {
    const key = keyOf(shelf, secret)
    let after: readonly [number, string] | undefined
    do {
      const page = await this.look.list(versionsByAge, key, { after, itemsMax: pageItemsMax })
      const found = page.map(({ parts, record: { id } }) => ({ id, createdAt: Number(parts[4]) }))
      for (const version of found) this.removeVersion(shelf, secret, version)
      const last = found.at(-1)
      after = last && found.length === pageItemsMax ? [last.createdAt, last.id] : undefined
    } while (after !== undefined)
  }

  /** The day of the last read that was noted, as `noteRead` needs it. */
  lastDay(shelf: Shelf, secret: SecretRecord): number {
    return this.#attempt.get(reads, ...keyOf(shelf, secret))?.day ?? never
  }

  /** A day is all that AWS ever shows of a read: the first one of a day moves it. */
  noteRead(
    shelf: Shelf,
    secret: SecretRecord,
    version: VersionRecord,
    { lastDay: before, at }: { readonly lastDay: number; readonly at: number },
  ): void {
    const { account, region } = shelf
    const { name } = secret
    const key = keyOf(shelf, secret)
    const day = dayOf(at)
    if (versionDays.get(version) !== day) {
      const isNews = this.#attempt.note(day, versionReads, ...key, version.id)
      if (!isNews) versionDays.set(version, day)
    }
    if (before >= day) return
    this.#attempt.put(reads, key, { day })
    this.#attempt.remove(byAccess, account, region, before, name)
    this.#attempt.put(byAccess, [account, region, day, name], { name })
  }
}

/** The day of a version's last read that stands already. */
const versionDays = new WeakMap<VersionRecord, number>()

/** The day of a secret that nobody has read yet. */
const never = 0

/** When somebody has to look after a rotation: at once while its function is tested. */
export const dueOf = ({ trial, dueAt }: Rotation): number | undefined => trial?.startedAt ?? dueAt

type Entry = readonly [Collection<Pointer>, readonly (string | number)[]]

/** What most changes of a secret leave as it is need not be written again. */
const without = (entries: readonly Entry[], others: readonly Entry[]): Entry[] =>
  entries.filter((entry) => !others.some((other) => isSame(entry, other)))

const isSame = ([of, parts]: Entry, [otherOf, others]: Entry): boolean =>
  of === otherOf && parts.every((part, at) => part === others[at])

/** The index records that follow from a secret's own record. */
function entriesOf({ account, region }: Shelf, secret: SecretRecord): Entry[] {
  const { name, createdAt, changedAt, purgeAt, rotation, primaryRegion } = secret
  const entries: Entry[] = [
    [byCreation, [account, region, createdAt, name]],
    [byChange, [account, region, changedAt, name]],
  ]
  if (purgeAt !== undefined) entries.push([byPurge, [purgeAt, account, region, name]])
  else if (rotation?.enabled && primaryRegion === undefined) {
    const dueAt = dueOf(rotation)
    if (dueAt !== undefined) entries.push([byRotation, [dueAt, account, region, name]])
  }
  return entries
}
