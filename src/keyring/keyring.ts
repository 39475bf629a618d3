/**
 * The hierarchy of keys: root key -> store keys -> a key per purpose -> data keys. Store keys are
 * numbered from one; the newest seals, older ones only open, and most purposes forget them once
 * everything is sealed anew. The keyring is live: what holds its sealers need not hear of a new key.
 */
import type { KeyObject } from 'node:crypto'
import { hkdfSync } from 'node:crypto'
import { hourMs } from '../lib/clock.ts'
import { Refusal } from '../lib/fault.ts'
import type { Parents } from '../lib/sealer.ts'
import { Sealer, Unopenable } from '../lib/sealer.ts'
import { secretKeyFrom } from '../lib/secret-key.ts'
import { type Header, type StoreKeys, storeKeyBytes, unwrapKeys } from './header.ts'

export type Purpose =
  | 'records'
  | 'journal'
  | 'journal link'
  | 'journal signature'
  | 'audit terms'
  | 'page tokens'
  | 'credentials'
  | 'sessions'
  | 'kms'
  | 'kms stamps'
  | 'backup'
  | 'connections'
  | 'detections'

/** What stays readable under old store keys: batches of the journal are chained and never written again. */
const remembering: ReadonlySet<Purpose> = new Set(['journal', 'journal link', 'journal signature'])

/** No session outlives it: behind it, nothing that was handed out under an older key is still good. */
export const handedOutMs = 36 * hourMs

const firstKeyId = 1

interface LiveParents {
  current: number
  keys: Map<number, KeyObject>
}

export class Keyring {
  readonly storeId: string
  #header: Header
  #storeKeys: StoreKeys
  #now: number
  readonly #live = new Map<Purpose, LiveParents>()

  /** @param now decides what is forgotten; told again by `forget` */
  constructor(header: Header, storeKeys: StoreKeys, now = 0) {
    this.storeId = header.storeId
    this.#header = header
    this.#storeKeys = storeKeys
    this.#now = now
  }

  /** What the store's header says now. */
  get header(): Header {
    return this.#header
  }

  get storeKeys(): StoreKeys {
    return this.#storeKeys
  }

  /** The keys of one purpose, one under each store key that it still knows. */
  parents(purpose: Purpose): Parents {
    const known = this.#live.get(purpose)
    if (known) return known
    const made = { current: 0, keys: new Map<number, KeyObject>() }
    this.#live.set(purpose, made)
    this.#refresh(purpose, made)
    return made
  }

  /** Seals for one purpose under the newest store key, and opens under those that it still knows. */
  sealer(purpose: Purpose): Sealer {
    return new Sealer(purpose, this.parents(purpose))
  }

  /**
   * A key that stays as it is when store keys are rotated: for what others hold and nobody can make
   * anew. Derived from the first; it hides nothing.
   */
  lasting(purpose: Purpose): KeyObject {
    return this.#derive(firstKeyId, purpose)
  }

  /** Takes up a changed header and the store keys that were unwrapped from it. */
  apply(header: Header, storeKeys: StoreKeys): void {
    this.#header = header
    this.#storeKeys = storeKeys
    for (const [purpose, live] of this.#live) this.#refresh(purpose, live)
  }

  /** Time has come this far: older keys may have outlived what they were kept for. */
  forget(now: number): void {
    this.#now = now
    for (const [purpose, live] of this.#live) this.#refresh(purpose, live)
  }

  #refresh(purpose: Purpose, live: LiveParents): void {
    const ids = this.#idsFor(purpose)
    for (const id of live.keys.keys()) if (!ids.includes(id)) live.keys.delete(id)
    for (const id of ids) if (!live.keys.has(id)) live.keys.set(id, this.#derive(id, purpose))
    live.current = Math.max(...ids)
  }

  /** Whoever stole an old store key must not be able to forge records or sessions with it for ever. */
  #idsFor(purpose: Purpose): number[] {
    const { keys, floor } = this.#header
    const since = keys.find(({ id }) => id === floor)?.since ?? 0
    const isOver = this.#now - since >= handedOutMs
    return keys
      .map(({ id }) => id)
      .filter((id) => remembering.has(purpose) || !isOver || id >= floor)
  }

  #derive(id: number, purpose: Purpose): KeyObject {
    const storeKey = this.#storeKeys.get(id)
    if (!storeKey) throw new Unopenable()
    return secretKeyFrom(
      Buffer.from(hkdfSync('sha256', storeKey, this.storeId, purpose, storeKeyBytes)),
    )
  }
}

/** Opens a store's keys. Throws Refusal if this root key did not wrap them. */
export function openKeyring(root: KeyObject, header: Header, now = 0): Keyring {
  const opened = unwrapKeys(root, header)
  if (opened) return new Keyring(header, opened.storeKeys, now)
  throw new Refusal(
    'This root key did not make this store: put back the root key that belongs to the data folder, or name another folder by --data.',
  )
}
