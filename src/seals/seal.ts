/**
 * A seal: where a store's root key comes from. Its secret is never in the database; what a seal needs
 * besides, its terms, stands in the header. Whatever is wrong with a secret, the words are the same.
 */
import type { KeyObject } from 'node:crypto'
import type { OpenSeal, Terms } from '../keyring/header.ts'
import type { SealName } from './name.ts'

export interface Seal {
  readonly name: SealName
  readonly kind: Terms['kind']
  /** The root key of these terms. Throws Refusal. */
  open(terms: Terms, storeId: string): Promise<KeyObject>
  /** The root key of a store that is made now. */
  begin(storeId: string): Promise<OpenSeal>
  /** Another root key, beside the one that is used. */
  make(storeId: string): Promise<OpenSeal>
  /** What `make` made, come by as the next start would. */
  recall(terms: Terms, storeId: string): Promise<KeyObject>
  /** What `make` made takes the place of what was used. */
  keep(): void
  /** The store is not opened by it any more. */
  retire(): void
  /** Said of a root key that opens nothing. */
  readonly wrong: string
}

/** Said of every key that was put in place by hand. */
export const wrongKey =
  'This root key did not make this store: put back the root key that belongs to the data folder, or name another folder by --data.'

/** A seal whose key others keep: it is read, and nothing else. */
export function keptSeal(name: SealName, read: () => KeyObject): Seal {
  const open = async () => read()
  const make = async (): Promise<OpenSeal> => ({ root: read(), terms: { kind: 'key' } })
  return {
    ...{ name, kind: 'key', wrong: wrongKey },
    ...{ open, recall: open, begin: make, make },
    keep() {},
    retire() {},
  }
}
