/** The collections of KMS and the questions that its operations ask of them. */
import type { AccountId } from '../../lib/brand.ts'
import type { Attempt, Item, ListOptions, Look } from '../../store/attempt.ts'
import { collection } from '../../store/collection.ts'
import type {
  AliasRecord,
  Due,
  DueKind,
  GrantRecord,
  KeyRecord,
  MaterialRecord,
  Shelf,
} from './records.ts'

interface Grantee {
  readonly grants: readonly GrantRecord[]
}

const keys = collection<KeyRecord>('kms-keys')
const materials = collection<MaterialRecord>('kms-materials')
const aliases = collection<AliasRecord>('kms-aliases')
const grants = collection<GrantRecord>('kms-grants')
const grantees = collection<Grantee>('kms-grantees')
const retirees = collection<GrantRecord>('kms-retirees')
const pageItemsMax = 1000
const dues = collection<Record<string, never>>('kms-dues')

export class KeyReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  find({ account, region }: Shelf, id: string): KeyRecord | undefined {
    return this.look.get(keys, account, region, id)
  }

  list({ account, region }: Shelf, options: ListOptions): Promise<Item<KeyRecord>[]> {
    return this.look.list(keys, [account, region], options)
  }

  findMaterial(
    { account, region }: Shelf,
    keyId: string,
    materialId: string,
  ): MaterialRecord | undefined {
    return this.look.get(materials, account, region, keyId, materialId)
  }

  findAlias({ account, region }: Shelf, name: string): AliasRecord | undefined {
    return this.look.get(aliases, account, region, name)
  }

  listAliases({ account, region }: Shelf, options: ListOptions): Promise<Item<AliasRecord>[]> {
    return this.look.list(aliases, [account, region], options)
  }

  findGrant({ account, region }: Shelf, keyId: string, id: string): GrantRecord | undefined {
    return this.look.get(grants, account, region, keyId, id)
  }

  /** The grants on a key to just this principal. */
  grantsTo({ account, region }: Shelf, keyId: string, grantee: string): readonly GrantRecord[] {
    const record = this.look.get(grantees, account, region, keyId, grantee)
    return record?.grants ?? []
  }

  listGrants(
    { account, region }: Shelf,
    keyId: string,
    options: ListOptions,
  ): Promise<Item<GrantRecord>[]> {
    return this.look.list(grants, [account, region, keyId], options)
  }

  listRetirable(
    { account, region }: Shelf,
    retiree: string,
    options: ListOptions,
  ): Promise<Item<GrantRecord>[]> {
    return this.look.list(retirees, [account, region, retiree], options)
  }

  /** What was due before this instant, the oldest first. Not validated: look again before acting. */
  async listDue(before: number, itemsMax: number): Promise<Due[]> {
    const items = await this.look.list(dues, [], { itemsMax })
    return items.map(({ parts }) => dueOf(parts)).filter(({ at }) => at <= before)
  }
}

const dueOf = ([
  at = '',
  account = '',
  region = '',
  keyId = '',
  kind = '',
]: readonly string[]): Due => ({
  at: Number(at),
  kind: kind as DueKind,
  shelf: { account: account as AccountId, region },
  keyId,
})

export class KeyStore extends KeyReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  /** Writes a key, in place of what it was before if it was. */
  put(shelf: Shelf, key: KeyRecord, before?: KeyRecord): void {
    const { account, region } = shelf
    this.#attempt.put(keys, [account, region, key.id], key)
    const were = before ? duesOf(before) : []
    const are = duesOf(key)
    for (const [at, kind] of were) {
      if (!includes(are, at, kind)) this.#attempt.remove(dues, at, account, region, key.id, kind)
    }
    for (const [at, kind] of are) {
      if (!includes(were, at, kind))
        this.#attempt.put(dues, [at, account, region, key.id, kind], {})
    }
  }

  /** Removes a key's record and what is due for it; its material, aliases and grants go by their own. */
  remove({ account, region }: Shelf, key: KeyRecord): void {
    this.#attempt.remove(keys, account, region, key.id)
    for (const [at, kind] of duesOf(key)) {
      this.#attempt.remove(dues, at, account, region, key.id, kind)
    }
  }

  putMaterial(
    { account, region }: Shelf,
    keyId: string,
    materialId: string,
    record: MaterialRecord,
  ): void {
    this.#attempt.put(materials, [account, region, keyId, materialId], record)
  }

  removeMaterial({ account, region }: Shelf, keyId: string, materialId: string): void {
    this.#attempt.remove(materials, account, region, keyId, materialId)
  }

  putAlias({ account, region }: Shelf, alias: AliasRecord): void {
    this.#attempt.put(aliases, [account, region, alias.name], alias)
  }

  removeAlias({ account, region }: Shelf, name: string): void {
    this.#attempt.remove(aliases, account, region, name)
  }

  addGrant(shelf: Shelf, grant: GrantRecord): void {
    const { account, region } = shelf
    const others = this.grantsTo(shelf, grant.keyId, grant.grantee)
    this.#attempt.put(grants, [account, region, grant.keyId, grant.id], grant)
    this.#putGrantee(shelf, grant, [...others, grant])
    const { retiree } = grant
    if (retiree) {
      this.#attempt.put(retirees, [account, region, retiree, grant.keyId, grant.id], grant)
    }
  }

  removeGrant(shelf: Shelf, grant: GrantRecord): void {
    const { account, region } = shelf
    const all = this.grantsTo(shelf, grant.keyId, grant.grantee)
    const others = all.filter(({ id }) => id !== grant.id)
    this.#attempt.remove(grants, account, region, grant.keyId, grant.id)
    this.#putGrantee(shelf, grant, others)
    const { retiree } = grant
    if (retiree) this.#attempt.remove(retirees, account, region, retiree, grant.keyId, grant.id)
  }

  /** Removes every grant on a key. */
  async removeGrants(shelf: Shelf, keyId: string): Promise<void> {
    let after: string | undefined
    do {
      const options = { after: after === undefined ? undefined : [after], itemsMax: pageItemsMax }
      const page = await this.listGrants(shelf, keyId, options)
      for (const { record } of page) this.removeGrant(shelf, record)
      after = page.length === pageItemsMax ? page.at(-1)?.record.id : undefined
    } while (after !== undefined)
  }

  #putGrantee(
    { account, region }: Shelf,
    { keyId, grantee }: GrantRecord,
    list: readonly GrantRecord[],
  ): void {
    const parts = [account, region, keyId, grantee]
    if (list.length === 0) this.#attempt.remove(grantees, ...parts)
    else this.#attempt.put(grantees, parts, { grants: list })
  }
}

type DueEntry = readonly [at: number, kind: DueKind]

const includes = (entries: readonly DueEntry[], at: number, kind: DueKind): boolean =>
  entries.some((entry) => entry[0] === at && entry[1] === kind)

/** What the clock will bring about for a key. A key that is to be deleted does nothing else. */
function duesOf({ deletion, rotation, enabled, backings }: KeyRecord): DueEntry[] {
  if (deletion) return deletion.dueAt === undefined ? [] : [[deletion.dueAt, 'delete']]
  // A disabled key is not rotated; if its day went by meanwhile, it is when it is enabled again.
  const entries: DueEntry[] = rotation && enabled ? [[rotation.nextAt, 'rotate']] : []
  for (const { expiresAt, isGone } of backings) {
    if (expiresAt === undefined || isGone || includes(entries, expiresAt, 'expire')) continue
    entries.push([expiresAt, 'expire'])
  }
  return entries
}
