/**
 * Collections: what a service declares of its records. A record's value is JSON, sealed as a whole
 * for its store, format and key; the format number stands inside, an older one is upgraded when it is
 * read, and a newer one is refused, because an older program would lose what it does not know.
 */
import { lengthPrefixed } from '../lib/bytes.ts'
import { Refusal } from '../lib/fault.ts'
import type { Sealer } from '../lib/sealer.ts'
import { Unopenable } from '../lib/sealer.ts'

export interface Collection<R> {
  readonly name: string
  readonly format: number
  /** Makes a record of an older format into today's. */
  readonly upgrade: ((old: unknown, format: number) => R) | undefined
}

/** Declares a collection. Its name stands in keys and can't change. */
export function collection<R extends object>(
  name: string,
  format = 1,
  upgrade?: (old: unknown, format: number) => R,
): Collection<R> {
  return { name, format, upgrade }
}

/** A row that is not what was written: altered, moved from elsewhere, or cut. Names the record, never its content. */
export class Damaged extends Refusal {
  override name = 'Damaged'
  constructor(key: string) {
    super(`a damaged record: ${key.replaceAll('\u001f', ' / ')}; restore it from a backup`)
  }
}

/** Seals records into rows and opens rows into frozen records. */
export class Codec {
  readonly #storeId: string
  readonly #sealer: Sealer

  constructor(storeId: string, sealer: Sealer) {
    this.#storeId = storeId
    this.#sealer = sealer
  }

  seal(of: Collection<unknown>, key: string, record: unknown): Uint8Array {
    const text = `{"f":${of.format},"r":${JSON.stringify(record)}}`
    return this.#sealer.seal(Buffer.from(text), this.#place(key))
  }

  /** The same row under the newest key. Throws Damaged. */
  reseal(key: string, row: Uint8Array): Uint8Array {
    const plain = this.#open(key, row)
    return this.#sealer.seal(plain, this.#place(key))
  }

  open<R>(of: Collection<R>, key: string, row: Uint8Array): R {
    const { f: format, r: record } = this.#parse(key, row)
    if (format === of.format) return frozen(record as R)
    if (format > of.format || !of.upgrade) {
      throw new Refusal(
        `The store holds records of a newer program (${of.name}, format ${format}).`,
      )
    }
    return frozen(of.upgrade(record, format))
  }

  /** Throws Damaged unless this is a row that was sealed for this key. */
  prove(key: string, row: Uint8Array): void {
    this.#parse(key, row)
  }

  #parse(key: string, row: Uint8Array): { f: number; r: unknown } {
    return JSON.parse(this.#open(key, row).toString())
  }

  #open(key: string, row: Uint8Array): Buffer {
    try {
      return this.#sealer.open(row, this.#place(key))
    } catch (thrown) {
      throw thrown instanceof Unopenable ? new Damaged(key) : thrown
    }
  }

  #place(key: string): Uint8Array {
    return lengthPrefixed(this.#storeId, 'record', key)
  }
}

/** Records are shared by everybody who reads them: nobody may write into one. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const part of Object.values(value)) frozen(part)
  }
  return value
}
