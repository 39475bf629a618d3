/** Moving a store from one seal to another: what moves, in which steps, and whether it may. */
import {
  type Header,
  type OpenSeal,
  parseHeader,
  type StoreKeys,
  unwrapKeys,
} from '../keyring/header.ts'
import { Refusal } from '../lib/fault.ts'
import type { Seal } from './seal.ts'

/** A seal that the store shall move to, with a root key that it has made. */
export interface Moving {
  readonly seal: Seal
  readonly open: OpenSeal
}

export interface LastMove {
  readonly to: string
  /** Why the old seal was kept; absent if it was not. */
  readonly failure?: string
}

/** The steps of moving to another seal, and of another store key, in their order. */
export type Step =
  | 'both seals committed'
  | 'new seal kept'
  | 'new seal remembered'
  | 'old seal dropped'
  | 'old seal retired'
  | 'store key committed'
  | 'page sealed anew'
  | 'floor raised'

/**
 * Why what was committed does not open by the new seal; `undefined` if it does. The root key is come by as
 * the next start would, with the terms as the database has them now, and must open every store key.
 */
export async function failureOf(
  { seal, open }: Moving,
  header: Header,
  storeKeys: StoreKeys,
): Promise<string | undefined> {
  try {
    const terms = header.seals.at(-1)?.terms ?? open.terms
    const root = await seal.recall(terms, header.storeId)
    const found = unwrapKeys(root, header)
    const isWhole =
      root.equals(open.root) &&
      [...storeKeys].every(([id, key]) => found?.storeKeys.get(id)?.equals(key))
    return isWhole ? undefined : seal.wrong
  } catch (thrown) {
    return thrown instanceof Refusal ? thrown.message : 'it could not be read back'
  }
}

const storeKeysMax = 100

/** The number of another store key. Throws Refusal where none can be added now. */
export function nextKeyId({ keys, floor }: Header): number {
  const newest = Math.max(...keys.map(({ id }) => id))
  if (floor !== newest) throw new Refusal('The store key is being rotated already.')
  if (keys.length < storeKeysMax) return newest + 1
  throw new Refusal(`A store can have ${storeKeysMax} store keys, and this one has.`)
}

/** A header that was read from the database. Throws Refusal. */
export function readHeader(text: string): Header {
  const header = parseHeader(text)
  if (header) return header
  throw new Refusal('the header of the store is damaged')
}
