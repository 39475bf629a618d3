/**
 * A page of a shelf. Each sort order has its index and names are in order by themselves, so that a
 * page costs what it examines and never what the shelf holds: at most 1,000 secrets. A page may
 * therefore be short, or empty with a token, when much of what was looked at did not fit.
 */
import type { Filter, Matches } from './filter.ts'
import { namePrefixes } from './filter.ts'
import type { SecretRecord, Shelf } from './records.ts'
import type { Listed, Order, SecretReader } from './store.ts'

const examinedMax = 1000

export interface Query {
  readonly shelf: Shelf
  readonly filters: readonly Filter[] | undefined
  readonly matches: Matches
  /** Absent when nobody asked for one: that of creation. */
  readonly order: Order | 'name' | undefined
  readonly reverse: boolean
}

/**
 * Ways through a shelf: along an index, along the names, or, where names are filtered and few fit,
 * all of them at once in the order of creation. A list goes on in the way in which it began.
 */
type Way = 'index' | 'names' | 'few'

/** Where a list goes on: behind this secret. */
export type Spot = readonly [way: Way, at: number, name: string]
export const spotParts = 3

export interface Page {
  readonly secrets: readonly SecretRecord[]
  /** Absent at the end of the list. */
  readonly next: Spot | undefined
}

/** A page of a query behind a spot. */
export async function pageOf(
  reader: SecretReader,
  query: Query,
  after: Spot | undefined,
  itemsMax: number,
): Promise<Page> {
  const way = after?.[0] ?? firstWay(query)
  if (way === 'index') return walk('index', indexReader(reader, query), query, after, itemsMax)
  const names = nameReader(reader, query)
  if (way === 'names') return walk('names', names, query, after, itemsMax)
  const all = await walk('names', names, query, undefined, examinedMax)
  if (!all.next) return pageOfFew(all.secrets, query, after, itemsMax)
  // Too many for their order of creation to be known without looking at all of them.
  return walk('names', names, query, undefined, itemsMax)
}

function firstWay({ order, filters }: Query): Way {
  if (order === 'name') return 'names'
  return order === undefined && namePrefixes(filters) ? 'few' : 'index'
}

/** Reads on behind a spot. Fewer than asked for means that there are no more. */
type Read = (after: Spot | undefined, itemsMax: number) => Promise<Listed[]>

function indexReader(reader: SecretReader, { order, shelf, reverse }: Query): Read {
  const index = order === undefined || order === 'name' ? 'created-date' : order
  return (after, itemsMax) =>
    reader.listBy(index, shelf, { after: after?.slice(1) as [number, string], itemsMax, reverse })
}

/** Along the names that begin as the filters say, one beginning after the other. */
function nameReader(reader: SecretReader, { filters, shelf, reverse }: Query): Read {
  const sorted = namePrefixes(filters) ?? ['']
  const prefixes = reverse ? sorted.toReversed() : sorted
  return async (after, itemsMax) => {
    const name = after?.[2]
    const listed: Listed[] = []
    for (const prefix of prefixes) {
      if (listed.length === itemsMax) break
      const isInside = name?.startsWith(prefix) ?? false
      if (name !== undefined && !isInside && prefix < name !== reverse) continue
      const options = { prefix, itemsMax: itemsMax - listed.length, reverse }
      const from = isInside && name !== undefined ? [name] : undefined
      listed.push(...(await reader.listByName(shelf, { ...options, after: from })))
    }
    return listed
  }
}

/** Reads and filters until the page is full, the list ends, or enough was examined. */
async function walk(
  way: Way,
  read: Read,
  { matches }: Query,
  after: Spot | undefined,
  itemsMax: number,
): Promise<Page> {
  const secrets: SecretRecord[] = []
  let next = after
  let examined = 0
  while (examined < examinedMax) {
    // More at once the less has fitted so far.
    const wanted = Math.max(itemsMax - secrets.length, examined) + 1
    const chunk = Math.min(wanted, examinedMax - examined)
    const listed = await read(next, chunk)
    for (const { at, name, secret } of listed) {
      if (secrets.length === itemsMax) return { secrets, next }
      if (secret && matches(secret)) secrets.push(secret)
      next = [way, at, name]
    }
    if (listed.length < chunk) return { secrets, next: undefined }
    examined += listed.length
  }
  return { secrets, next }
}

/** A page of secrets that are all known, in the order of their creation. */
function pageOfFew(
  all: readonly SecretRecord[],
  { reverse }: Query,
  after: Spot | undefined,
  itemsMax: number,
): Page {
  const sorted = all.toSorted(byCreation)
  const ordered = reverse ? sorted.toReversed() : sorted
  const left = after ? ordered.slice(countUpTo(ordered, after, reverse)) : ordered
  const secrets = left.slice(0, itemsMax)
  const last = left.length > itemsMax ? secrets.at(-1) : undefined
  return { secrets, next: last && ['few', last.createdAt, last.name] }
}

const byCreation = (a: Pick<SecretRecord, 'createdAt' | 'name'>, b: typeof a): number =>
  a.createdAt - b.createdAt || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)

function countUpTo(
  ordered: readonly SecretRecord[],
  [, createdAt, name]: Spot,
  reverse: boolean,
): number {
  const sign = reverse ? -1 : 1
  const behind = ordered.findIndex((each) => sign * byCreation(each, { createdAt, name }) > 0)
  return behind < 0 ? ordered.length : behind
}
