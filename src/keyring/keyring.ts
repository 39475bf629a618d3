/**
 * The hierarchy of keys: root key -> store keys -> a key per purpose -> data keys. The header that
 * holds the wrapped store keys stands in the database and may be stolen with it; without the root key
 * it opens nothing.
 */
import type { KeyObject } from 'node:crypto'
import { hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import { base64, lengthPrefixed, parseBase64 } from '../lib/bytes.ts'
import { Refusal } from '../lib/fault.ts'
import type { Parents } from '../lib/sealer.ts'
import { Sealer, Unopenable } from '../lib/sealer.ts'
import { secretKeyFrom } from '../lib/secret-key.ts'

/** What the database keeps of its keys. */
export interface Header {
  readonly format: 1
  readonly storeId: string
  readonly keys: readonly { readonly id: number; readonly wrapped: string }[]
}

export type Purpose =
  | 'records'
  | 'journal'
  | 'journal link'
  | 'audit terms'
  | 'page tokens'
  | 'credentials'
  | 'sessions'
  | 'kms'
  | 'kms stamps'

const storeKeyBytes = 32

export class Keyring {
  readonly storeId: string
  readonly #storeKeys: Parents

  constructor(storeId: string, storeKeys: Parents) {
    this.storeId = storeId
    this.#storeKeys = storeKeys
  }

  /** The keys of one purpose, one under each store key. */
  parents(purpose: Purpose): Parents {
    const keys = new Map<number, KeyObject>()
    for (const id of this.#storeKeys.keys.keys()) keys.set(id, this.#derive(id, purpose))
    return { current: this.#storeKeys.current, keys }
  }

  /** Seals for one purpose under the newest store key, and opens under all of them. */
  sealer(purpose: Purpose): Sealer {
    return new Sealer(purpose, this.parents(purpose))
  }

  /** A key that stays as it is when store keys are rotated: derived from the first. */
  lasting(purpose: Purpose): KeyObject {
    return this.#derive(firstKeyId, purpose)
  }

  #derive(id: number, purpose: Purpose): KeyObject {
    const storeKey = this.#storeKeys.keys.get(id)
    if (!storeKey) throw new Unopenable()
    return secretKeyFrom(
      Buffer.from(hkdfSync('sha256', storeKey, this.storeId, purpose, storeKeyBytes)),
    )
  }
}

const firstKeyId = 1

/** A header with a new store id and a first store key, wrapped by this root key. */
export function makeHeader(root: KeyObject): Header {
  const storeId = randomUUID()
  const bytes = randomBytes(storeKeyBytes)
  const wrapped = base64(wrapper(root).seal(bytes, placeOf(storeId, firstKeyId)))
  bytes.fill(0)
  return { format: 1, storeId, keys: [{ id: firstKeyId, wrapped }] }
}

/** Opens a store's keys. Throws Refusal if this root key did not wrap them. */
export function openKeyring(root: KeyObject, header: Header): Keyring {
  const unwrap = wrapper(root)
  const keys = new Map<number, KeyObject>()
  try {
    for (const { id, wrapped } of header.keys) {
      const bytes = parseBase64(wrapped) ?? Buffer.alloc(0)
      keys.set(id, secretKeyFrom(unwrap.open(bytes, placeOf(header.storeId, id))))
    }
  } catch (thrown) {
    if (!(thrown instanceof Unopenable)) throw thrown
    throw new Refusal(
      'This root key did not make this store: put back the root key that belongs to the data folder, or name another folder by --data.',
    )
  }
  return new Keyring(header.storeId, { current: Math.max(...keys.keys()), keys })
}

const wrapper = (root: KeyObject): Sealer =>
  new Sealer('wrap', { current: 0, keys: new Map([[0, root]]) })

const placeOf = (storeId: string, id: number): Uint8Array =>
  lengthPrefixed(storeId, 'store key', String(id))
