/**
 * Key material: made, sealed under the store's own key, opened for one use, and the ciphertexts of
 * symmetric keys. No record holds it in the clear; what is opened is a KeyObject that lives as long
 * as its record stays in the cache.
 *
 * A material never seals by itself: each process derives a sealing key from it by a salt of its own,
 * counts nonces, and draws another salt long before a counter could come round.
 */
import type { KeyObject } from 'node:crypto'
import { createHmac, createPrivateKey, createSecretKey, randomBytes } from 'node:crypto'
import {
  type Ciphertext,
  type Pairs,
  parseCiphertext,
  placeOf,
  printReference,
  type Reference,
} from '../../keyring/ciphertext.ts'
import { exportPrivate, exportPublic, makePair } from '../../keyring/pairs.ts'
import { base64, lengthPrefixed, parseBase64 } from '../../lib/bytes.ts'
import { once } from '../../lib/once.ts'
import { samePairs } from '../../lib/pairs.ts'
import { Sealer, Unopenable } from '../../lib/sealer.ts'
import type { MaterialRecord } from './records.ts'
import type { Spec } from './spec.ts'

/** What the house gives: how material is sealed at rest, and the store's stamp. */
export interface MaterialPorts {
  readonly sealer: Sealer
  readonly stampKey: KeyObject
  /** How often one derived key seals. */
  readonly sealsMax?: bigint | undefined
}

/** Whose material it is: a multi-Region key has the same in all its regions. */
export interface Owner {
  readonly account: string
  readonly keyId: string
}

export interface MadeMaterial {
  readonly id: string
  readonly record: MaterialRecord
}

/** A ciphertext that was opened before: with what, and, from the second time on, what it holds. */
interface Kept {
  readonly record: MaterialRecord
  readonly context: Pairs
  readonly key?: KeyObject
}

/** Far more than the ciphertext of a data key. */
const keptBytesMax = 1024

export class Materials {
  readonly #ports: MaterialPorts
  readonly #sealers = new WeakMap<MaterialRecord, Sealer>()
  readonly #opened = new WeakMap<MaterialRecord, KeyObject>()
  readonly #parsed = new WeakMap<Uint8Array, Ciphertext | undefined>()
  readonly #kept = new WeakMap<Uint8Array, Kept>()

  constructor(ports: MaterialPorts) {
    this.#ports = ports
  }

  /** New material of this kind. */
  async make(owner: Owner, { material }: Spec): Promise<MadeMaterial> {
    if ('bytes' in material) return this.makeBytes(owner, material.bytes)
    const { privateKey, publicKey } = await makePair(material)
    return this.keep(owner, exportPrivate(privateKey), exportPublic(publicKey))
  }

  /** New material of so many bytes. */
  makeBytes(owner: Owner, bytes: number): MadeMaterial {
    return this.keep(owner, randomBytes(bytes))
  }

  /** Seals material that is given, and wipes it. */
  keep(owner: Owner, plain: Buffer, publicKey?: Uint8Array): MadeMaterial {
    const id = this.idOf(owner, plain)
    const sealed = base64(this.#ports.sealer.seal(plain, restPlace(owner, id)))
    plain.fill(0)
    return { id, record: { sealed, ...(publicKey && { publicKey: base64(publicKey) }) } }
  }

  /** 64 hexadecimal digits: the same for the same bytes of the same key, and telling nothing of them. */
  idOf({ account, keyId }: Owner, plain: Uint8Array): string {
    return createHmac('sha256', this.#ports.stampKey)
      .update(lengthPrefixed('material id', account, keyId, plain))
      .digest('hex')
  }

  /** The secret or private key in a record. */
  open(owner: Owner, id: string, record: MaterialRecord): KeyObject {
    const known = this.#opened.get(record)
    if (known) return known
    const sealed = parseBase64(record.sealed)
    if (!sealed) throw new Unopenable()
    const plain = this.#ports.sealer.open(sealed, restPlace(owner, id))
    const key = record.publicKey
      ? createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' })
      : createSecretKey(plain)
    plain.fill(0)
    this.#opened.set(record, key)
    return key
  }

  /** The same material under the newest store key; `undefined` if it is under that already. */
  reseal(owner: Owner, id: string, record: MaterialRecord): MaterialRecord | undefined {
    const sealed = parseBase64(record.sealed)
    if (!sealed) throw new Unopenable()
    if (this.#ports.sealer.isNewest(sealed)) return undefined
    const plain = this.#ports.sealer.open(sealed, restPlace(owner, id))
    const anew = base64(this.#ports.sealer.seal(plain, restPlace(owner, id)))
    plain.fill(0)
    return { ...record, sealed: anew }
  }

  /** Seals a text that a caller is to carry for us. */
  sealToken(kind: string, plain: Uint8Array): Uint8Array {
    return this.#ports.sealer.seal(plain, lengthPrefixed('kms token', kind))
  }

  /** What such a text says, `undefined` if it is none of ours. */
  openToken(kind: string, token: Uint8Array): Buffer | undefined {
    return orUndefined(() => this.#ports.sealer.open(token, lengthPrefixed('kms token', kind)))
  }

  /** Seals a plaintext under symmetric material, for this context only. */
  encrypt(reference: Reference, record: MaterialRecord, plain: Uint8Array, context: Pairs): Buffer {
    const header = this.#headerOf(record, reference)
    const sealed = this.#sealerOf(reference, record).seal(plain, placeOf(header, context))
    return Buffer.concat([header, sealed])
  }

  /** Where a ciphertext came from, `undefined` if it is none of ours or its reference was altered. */
  referenceIn(ciphertext: Uint8Array): Reference | undefined {
    return this.#parse(ciphertext)?.reference
  }

  /** The plaintext, or `undefined`, without a reason. */
  decrypt(record: MaterialRecord, ciphertext: Uint8Array, context: Pairs): Buffer | undefined {
    const parsed = this.#parse(ciphertext)
    if (!parsed) return undefined
    const kept = this.#kept.get(ciphertext)
    if (kept?.key && kept.record === record && samePairs(kept.context, context)) {
      return kept.key.export()
    }
    const { reference, header, sealed } = parsed
    const sealer = this.#sealerOf(reference, record)
    const plain = orUndefined(() => sealer.open(sealed, placeOf(header, context)))
    if (plain) {
      const key = kept && createSecretKey(plain)
      this.#keep(ciphertext, { record, context: { ...context }, ...(key && { key }) })
    }
    return plain
  }

  /**
   * A ciphertext that comes a second time as the very same object is one that a record in the cache
   * holds: what it opens to is kept for as long as that one is. Whether it may be opened is decided anew each time.
   */
  #keep(ciphertext: Uint8Array, kept: Kept): void {
    if (ciphertext.length <= keptBytesMax) this.#kept.set(ciphertext, kept)
  }

  /** A call asks more than once: for the key, then for the material, then to open. */
  #parse(ciphertext: Uint8Array): Ciphertext | undefined {
    if (this.#parsed.has(ciphertext)) return this.#parsed.get(ciphertext)
    const parsed = parseCiphertext(this.#ports.stampKey, ciphertext)
    this.#parsed.set(ciphertext, parsed)
    return parsed
  }

  /** The same for all that a material seals. */
  readonly #headerOf = once((_: MaterialRecord, reference: Reference) =>
    printReference(this.#ports.stampKey, reference),
  )

  #sealerOf({ account, keyId, materialId }: Reference, record: MaterialRecord): Sealer {
    const known = this.#sealers.get(record)
    if (known) return known
    const key = this.open({ account, keyId }, materialId, record)
    const parents = { current: 0, keys: new Map([[0, key]]) }
    const sealer = new Sealer('kms ciphertext', parents, this.#ports.sealsMax)
    this.#sealers.set(record, sealer)
    return sealer
  }
}

const restPlace = ({ account, keyId }: Owner, id: string): Uint8Array =>
  lengthPrefixed('kms material', account, keyId, id)

function orUndefined(open: () => Buffer): Buffer | undefined {
  try {
    return open()
  } catch (thrown) {
    if (thrown instanceof Unopenable) return undefined
    throw thrown
  }
}
