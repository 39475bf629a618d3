/**
 * The index's terms: what a record is found by, as keyed hashes, so that the index of a stolen folder
 * tells no name. Account and region are part of each term: a look-up cannot reach beyond its own.
 */
import { createHmac, type KeyObject } from 'node:crypto'
import { lengthPrefixed } from '../../lib/bytes.ts'
import { type AuditRecord, copiesOf } from '../copies.ts'
import { type AttributeName, attributesOf } from './attributes.ts'
import type { Query } from './query.ts'

const knownItemsMax = 20_000
/** They say so much about a record alone that each stands in one record or few: not worth remembering. */
const singular: ReadonlySet<string> = new Set<AttributeName>(['EventId', 'RequestId'])
/** A request has one id wherever its calls worked. */
const regionless: ReadonlySet<string> = new Set<AttributeName>(['RequestId'])

export class Terms {
  readonly #key: KeyObject
  readonly #known = new Map<string, bigint>()

  constructor(key: KeyObject) {
    this.#key = key
  }

  /** Everything that a record is found by, for each account that sees it. */
  of(record: AuditRecord): bigint[] {
    return copiesOf(record).flatMap((copy) => {
      const { recipientAccountId: account, awsRegion: region } = copy
      const attributes = attributesOf(copy)
      return [
        this.#term(account, region, '', ''),
        ...attributes.map(({ name, value }) => this.#term(account, region, name, value)),
      ]
    })
  }

  /** The one term that answers a question. */
  for({ account, region = '', attribute }: Query): bigint {
    return this.#term(account, region, attribute?.name ?? '', attribute?.value ?? '')
  }

  #term(account: string, region: string, name: string, value: string): bigint {
    const parts = [account, regionless.has(name) ? '' : region, name, value]
    if (singular.has(name)) return this.#hash(parts)
    const text = parts.join('\n')
    const known = this.#known.get(text)
    if (known !== undefined) return known
    if (this.#known.size >= knownItemsMax) this.#known.clear()
    const term = this.#hash(parts)
    this.#known.set(text, term)
    return term
  }

  /** 64 bits: two that meet by chance are told apart when the record is read. */
  #hash(parts: readonly string[]): bigint {
    const bytes = createHmac('sha256', this.#key)
      .update(lengthPrefixed(...parts))
      .digest()
    return bytes.readBigInt64BE(0)
  }
}
