/**
 * The header: the store keys, wrapped by each seal that opens the store. It stands in the database and
 * may be stolen with it; without a root key it opens nothing. All that it says is bound to every wrap,
 * so that a header which was edited does not open.
 *
 * One seal is the rule. Two stand in it while the store moves from one to the other.
 */
import type { KeyObject } from 'node:crypto'
import { randomBytes, randomUUID } from 'node:crypto'
import { base64, lengthPrefixed, parseBase64 } from '../lib/bytes.ts'
import { Sealer, Unopenable } from '../lib/sealer.ts'
import { secretKeyFrom } from '../lib/secret-key.ts'

/** What is needed besides the seal's secret to come by its root key: public, and the seal's own. */
export type Terms =
  | { readonly kind: 'key' }
  | {
      readonly kind: 'passphrase'
      readonly cost: number
      readonly blockSize: number
      readonly parallel: number
      readonly salt: string
    }
  | { readonly kind: 'kms'; readonly blob: string }

/** The store keys as one root key wrapped them, in the order of the header's keys. */
export interface Wrap {
  readonly terms: Terms
  readonly wrapped: readonly string[]
}

export interface Content {
  readonly storeId: string
  /** The deployment's own. */
  readonly account: string
  /** Every store key that still opens something, with the instant (milliseconds) at which it was made. */
  readonly keys: readonly { readonly id: number; readonly since: number }[]
  /** Every record is sealed under this store key or a later one. */
  readonly floor: number
}

/** What the database keeps of its keys. */
export interface Header extends Content {
  readonly format: typeof headerFormat
  readonly seals: readonly Wrap[]
}

export type StoreKeys = ReadonlyMap<number, KeyObject>

/** A seal that is open. */
export interface OpenSeal {
  readonly terms: Terms
  readonly root: KeyObject
}

export const headerFormat = 2
export const storeKeyBytes = 32

/** A header with a first store key. */
export function makeHeader(
  seal: OpenSeal,
  { storeId, account, at }: { storeId: string; account: string; at: number },
): Header {
  const storeKeys = new Map([[1, makeStoreKey()]])
  const keys = [{ id: 1, since: at }]
  return wrapKeys({ storeId, account, keys, floor: 1 }, storeKeys, [seal])
}

export const makeStoreId = (): string => randomUUID()

export const makeStoreKey = (): KeyObject => secretKeyFrom(randomBytes(storeKeyBytes))

/** The header of these keys under these seals. */
export function wrapKeys(
  content: Content,
  storeKeys: StoreKeys,
  seals: readonly OpenSeal[],
): Header {
  const { storeId, account, keys, floor } = content
  return {
    ...{ format: headerFormat, storeId, account, keys, floor },
    seals: seals.map(({ terms, root }) => {
      const wrapper = wrapperOf(root)
      const wrapped = keys.map(({ id }) => {
        const bytes = storeKeys.get(id)?.export()
        if (!bytes) throw new Unopenable()
        const box = base64(wrapper.seal(bytes, placeOf(content, terms, id)))
        bytes.fill(0)
        return box
      })
      return { terms, wrapped }
    }),
  }
}

/** The store keys and the seal that this root key opens, or `undefined`, without a reason. */
export function unwrapKeys(
  root: KeyObject,
  header: Header,
): { readonly storeKeys: StoreKeys; readonly terms: Terms } | undefined {
  for (const wrap of header.seals) {
    const storeKeys = unwrap(root, header, wrap)
    if (storeKeys) return { storeKeys, terms: wrap.terms }
  }
  return undefined
}

function unwrap(root: KeyObject, header: Header, wrap: Wrap): StoreKeys | undefined {
  const wrapper = wrapperOf(root)
  try {
    const opened = header.keys.map(({ id }, index): [number, KeyObject] => {
      const box = parseBase64(wrap.wrapped[index] ?? '') ?? Buffer.alloc(0)
      return [id, secretKeyFrom(wrapper.open(box, placeOf(header, wrap.terms, id)))]
    })
    return new Map(opened)
  } catch (thrown) {
    if (thrown instanceof Unopenable) return undefined
    throw thrown
  }
}

const wrapperOf = (root: KeyObject): Sealer =>
  new Sealer('wrap', { current: 0, keys: new Map([[0, root]]) })

function placeOf({ storeId, account, keys, floor }: Content, terms: Terms, id: number): Uint8Array {
  const said = JSON.stringify([
    keys.map((key) => [key.id, key.since]),
    floor,
    Object.entries(terms).sort(),
  ])
  return lengthPrefixed(storeId, 'store key', account, said, String(id))
}

/** Reads a header; `undefined` for a text that is none. */
export function parseHeader(text: string): Header | undefined {
  try {
    const header = JSON.parse(text)
    return isHeader(header) ? header : undefined
  } catch {
    return undefined
  }
}

/** Forms only: whether it is genuine shows when it opens. */
function isHeader(header: Header): boolean {
  const { format, storeId, account, keys, floor, seals } = header
  return (
    format === headerFormat &&
    typeof storeId === 'string' &&
    typeof account === 'string' &&
    keys.length > 0 &&
    keys.every((key) => Number.isSafeInteger(key.id) && Number.isSafeInteger(key.since)) &&
    keys.some(({ id }) => id === floor) &&
    seals.length > 0 &&
    seals.every(({ terms, wrapped }) => typeof terms.kind === 'string' && Array.isArray(wrapped))
  )
}
