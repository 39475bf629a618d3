/** Opening a store's keys by its seal, and making those of a new store. Nothing is written where it fails. */
import type { KeyObject } from 'node:crypto'
import {
  type Header,
  makeHeader,
  makeStoreId,
  type StoreKeys,
  type Terms,
  unwrapKeys,
} from '../keyring/header.ts'
import { Refusal } from '../lib/fault.ts'
import { printSeal } from './name.ts'
import type { Seal } from './seal.ts'

export interface Opened {
  readonly header: Header
  readonly root: KeyObject
  readonly terms: Terms
  readonly storeKeys: StoreKeys
}

const kinds: Readonly<Record<Terms['kind'], string>> = {
  key: 'a root key',
  passphrase: 'a passphrase',
  kms: 'a KMS key',
}

/** Opens a header by a seal. Throws Refusal, in the seal's constant words. */
export async function openBy(seal: Seal, header: Header): Promise<Opened> {
  const wraps = header.seals.filter(({ terms }) => terms.kind === seal.kind)
  if (wraps.length === 0) throw otherSeal(seal, header)
  let refusal = new Refusal(seal.wrong)
  for (const { terms } of wraps) {
    try {
      const root = await seal.open(terms, header.storeId)
      const opened = unwrapKeys(root, header)
      if (opened) return { header, root, ...opened }
    } catch (thrown) {
      // Of two, the other one may be this seal's: a KMS refuses what another key wrapped.
      if (!(thrown instanceof Refusal)) throw thrown
      refusal = thrown
    }
  }
  throw refusal
}

const otherSeal = (seal: Seal, { seals }: Header): Refusal => {
  const known = [...new Set(seals.map(({ terms }) => kinds[terms.kind] ?? 'something newer'))]
  return new Refusal(
    `This store is sealed by ${known.join(' and ')}, and not by what --seal ${printSeal(seal.name)} means: start with the seal that it has.`,
  )
}

/** The keys of a new store. */
export async function beginBy(seal: Seal, account: string, at: number): Promise<Opened> {
  const storeId = makeStoreId()
  const { root, terms } = await seal.begin(storeId)
  const header = makeHeader({ root, terms }, { storeId, account, at })
  const opened = unwrapKeys(root, header)
  if (!opened) throw new Error('a header that does not open')
  return { header, root, ...opened }
}
