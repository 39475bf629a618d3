/**
 * The records of IAM and the questions that its operations ask of them. Who holds on to whom stands
 * in the holder; rows that point the other way are for lists, and a count beside them is what a
 * deletion reads, so that no attachment can slip in while its policy is deleted.
 */

import type { AccountId } from '../../lib/brand.ts'
import type { Attempt, Item, ListOptions, Look } from '../../store/attempt.ts'
import type { Collection } from '../../store/collection.ts'
import { derived } from '../../store/derived.ts'
import { eachOf } from '../../store/supply.ts'
import { type Link, linkKey, linksOf, type Relation } from './links.ts'
import type {
  AccessJobRecord,
  AccessKeyRecord,
  AccountRecord,
  AnyRecord,
  Kind,
  LoginRecord,
  ProviderRecord,
  Records,
} from './records.ts'
import {
  accessJobs,
  accessKeys,
  accounts,
  aliases,
  linkCounts,
  links,
  logins,
  names,
  providers,
  shelves,
  totals,
  uses,
} from './stores/collections.ts'
import { quarterOf, type Use } from './uses.ts'

/** IAM's names differ by more than case: `Reader` and `reader` cannot both exist. */
const folded = (name: string): string => name.toLowerCase()

const linksByKey = (record: AnyRecord | undefined): Map<string, Link> =>
  new Map(linksOf(record).map((link) => [linkKey(link, folded).join('\n'), link]))

export class IdentityReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  /** What is made of a record and of those that it leads to, kept for as long as all of them are the same. */
  static derived<R extends object, T>(
    make: (identities: IdentityReader, of: R) => T,
  ): (identities: IdentityReader, of: R) => T {
    const kept = derived((look, of: R) => make(new IdentityReader(look), of))
    return (identities, of) => kept(identities.look, of)
  }

  get<K extends Kind>(kind: K, id: string): Records[K] | undefined {
    return this.look.get<Records[K]>(shelves[kind], id)
  }

  find<K extends Kind>(kind: K, account: AccountId, name: string): Records[K] | undefined {
    const pointer = this.look.get(names, account, kind, folded(name))
    return pointer && this.get(kind, pointer.id)
  }

  /** The account's things of a kind, by name. */
  async list<K extends Kind>(
    kind: K,
    account: AccountId,
    options: ListOptions,
  ): Promise<{ place: string; record: Records[K] | undefined }[]> {
    const items = await this.look.list(names, [account, kind], options)
    return eachOf(items, ({ parts, record: { id } }) => ({
      place: parts[2] ?? '',
      record: this.look.peek<Records[K]>(shelves[kind], id),
    }))
  }

  /** Who holds on to a thing, sorted by kind and name; a place is both. */
  async listHolders(
    account: AccountId,
    relation: Relation,
    id: string,
    options: ListOptions,
  ): Promise<{ place: [kind: string, name: string]; record: AnyRecord | undefined }[]> {
    const items = await this.look.list(links, [account, relation, id], options)
    return eachOf(items, ({ parts: [, , , kind = '', name = ''], record: { id } }) => ({
      place: [kind, name] as [string, string],
      record: this.look.peek<AnyRecord>(shelves[kind as Kind] as Collection<AnyRecord>, id),
    }))
  }

  /** How many hold on to a thing. Validated: what rests on it being none may be done. */
  countHolders(account: AccountId, relation: Relation, id: string): number {
    const header = this.look.get(linkCounts, account, relation, id)
    return header?.count ?? 0
  }

  /** About how many things of a kind the account has. */
  total(account: AccountId, kind: Kind | 'provider'): Promise<number> {
    return this.look.counted(totals, account, kind)
  }

  findAccount(account: AccountId): AccountRecord | undefined {
    return this.look.get(accounts, account)
  }

  listAccounts(options: ListOptions): Promise<Item<AccountRecord>[]> {
    return this.look.list(accounts, [], options)
  }

  findAlias(alias: string): AccountId | undefined {
    return this.look.get(aliases, alias)?.account
  }

  findAccessKey(id: string): AccessKeyRecord | undefined {
    return this.look.get(accessKeys, id)
  }

  findLogin(userId: string): LoginRecord | undefined {
    return this.look.get(logins, userId)
  }

  findProvider(account: AccountId, url: string): ProviderRecord | undefined {
    return this.look.get(providers, account, url)
  }

  listProviders(account: AccountId, options: ListOptions): Promise<Item<ProviderRecord>[]> {
    return this.look.list(providers, [account], options)
  }

  findAccessJob(account: AccountId, id: string): AccessJobRecord | undefined {
    return this.look.get(accessJobs, account, id)
  }

  /** When a key or an identity was last used at each of these places. */
  lastUses(id: string, places: readonly Use[]): Promise<(number | undefined)[]> {
    return this.look.noted(uses, ...places.map(({ service, region }) => [id, service, region]))
  }
}

export class IdentityStore extends IdentityReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  /** Writes a thing that was not there before. */
  add(record: AnyRecord): void {
    this.#attempt.count(1, totals, record.account, record.kind)
    this.#write(undefined, record)
  }

  /** Writes a thing in place of what it was before. */
  replace<R extends AnyRecord>(before: R, after: R): void {
    this.#write(before, after)
  }

  remove(record: AnyRecord): void {
    this.#attempt.count(-1, totals, record.account, record.kind)
    this.#write(record, undefined)
  }

  #write(before: AnyRecord | undefined, after: AnyRecord | undefined): void {
    const { kind, id, account } = (after ?? before) as AnyRecord
    const shelf = shelves[kind] as Collection<AnyRecord>
    if (before && before.name !== after?.name) {
      this.#attempt.remove(names, account, kind, folded(before.name))
    }
    if (after && before?.name !== after.name) {
      this.#attempt.put(names, [account, kind, folded(after.name)], { id })
    }
    if (after) this.#attempt.put(shelf, [id], after)
    else this.#attempt.remove(shelf, id)
    this.#relink(before, after)
  }

  /** Only what differs: other updates of a holder leave the counts, which are shared, alone. */
  #relink(before: AnyRecord | undefined, after: AnyRecord | undefined): void {
    const [old, now] = [linksByKey(before), linksByKey(after)]
    for (const [key, link] of old) {
      if (now.has(key)) continue
      this.#attempt.remove(links, ...linkKey(link, folded))
      this.#count(link, -1)
    }
    for (const [key, link] of now) {
      if (old.has(key)) continue
      this.#attempt.put(links, linkKey(link, folded), { id: link.holder.id })
      this.#count(link, 1)
    }
  }

  #count({ holder: { account }, relation, id }: Link, by: number): void {
    const count = this.countHolders(account, relation, id)
    this.#attempt.put(linkCounts, [account, relation, id], { count: count + by })
  }

  putAccount(account: AccountId, record: AccountRecord): void {
    this.#attempt.put(accounts, [account], record)
  }

  putAlias(alias: string, account: AccountId): void {
    this.#attempt.put(aliases, [alias], { account })
  }

  removeAlias(alias: string): void {
    this.#attempt.remove(aliases, alias)
  }

  putAccessKey(key: AccessKeyRecord): void {
    this.#attempt.put(accessKeys, [key.id], key)
  }

  removeAccessKey(id: string): void {
    this.#attempt.remove(accessKeys, id)
  }

  putLogin(userId: string, login: LoginRecord): void {
    this.#attempt.put(logins, [userId], login)
  }

  removeLogin(userId: string): void {
    this.#attempt.remove(logins, userId)
  }

  putAccessJob(account: AccountId, id: string, job: AccessJobRecord): void {
    this.#attempt.put(accessJobs, [account, id], job)
  }

  addProvider(account: AccountId, provider: ProviderRecord): void {
    this.#attempt.count(1, totals, account, 'provider')
    this.putProvider(account, provider)
  }

  putProvider(account: AccountId, provider: ProviderRecord): void {
    this.#attempt.put(providers, [account, provider.url], provider)
  }

  removeProvider(account: AccountId, { url }: ProviderRecord): void {
    this.#attempt.count(-1, totals, account, 'provider')
    this.#attempt.remove(providers, account, url)
  }

  /** Quiet: rides in the journal's batch. False where the use stands already. */
  noteUse(id: string, { service, region }: Use, at: number): boolean {
    return this.#attempt.note(quarterOf(at), uses, id, service, region)
  }
}
