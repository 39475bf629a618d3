/**
 * What detections learned, record by record: kept in the store, the most recently used of it in memory,
 * and what is not written yet. Bounded: what is written can be let go of, for it can be recalled.
 */
import type { KeyObject } from 'node:crypto'
import { utf8 } from '../lib/bytes.ts'
import { hmacHex } from '../lib/hmac.ts'

/** Kinds of knowledge, and what each record says. `day`: the last day on which it was of use. */
export interface Knowledge {
  /** A principal read a secret. */
  readonly reader: { readonly day: number }
  /** How much a principal usually reads. */
  readonly rate: {
    readonly day: number
    readonly since: number
    readonly usual: number
    readonly at: number
  }
  /** Whom the policy of a thing lets in from outside. */
  readonly exposure: { readonly day: number; readonly to: readonly string[] }
  /** Something was marked as a canary. */
  readonly canary: { readonly day: number }
  /** A rotation that is overdue was told of. */
  readonly overdue: { readonly day: number }
  /** The incident that findings of one kind are folded into. */
  readonly fold: { readonly day: number; readonly id: string; readonly from: number }
}

export type KnowledgeKind = keyof Knowledge

/** Where one piece of knowledge stands in the store. */
export interface Place {
  readonly kind: KnowledgeKind
  readonly account: string
  /** A keyed digest: what stands in keys is clear in the database, and who reads what is not. */
  readonly digest: string
}

export type Recall = (place: Place) => Promise<{ readonly day: number } | undefined>

interface Held {
  readonly record: { readonly day: number } | undefined
  /** Since it was last considered for leaving. */
  wasUsed: boolean
}

const digestChars = 40

/** How many that were used are spared, one after another, before one must leave all the same. */
const sparedMax = 32

export class Memory {
  readonly #recall: Recall
  readonly #digestKey: KeyObject
  readonly #itemsMax: number
  /** In the order of their coming; what was used comes to the end instead of leaving, once. */
  readonly #held = new Map<string, Held>()
  readonly #unwritten = new Map<string, Place>()

  constructor(recall: Recall, digestKey: KeyObject, itemsMax: number) {
    this.#recall = recall
    this.#digestKey = digestKey
    this.#itemsMax = itemsMax
  }

  /** What is known; at once, unless it must be recalled. */
  get<K extends KnowledgeKind>(
    kind: K,
    account: string,
    about: string,
  ): Knowledge[K] | undefined | Promise<Knowledge[K] | undefined> {
    const key = keyOf(kind, account, about)
    const held = this.#held.get(key)
    if (!held) return this.#fetch(kind, account, about) as Promise<Knowledge[K] | undefined>
    held.wasUsed = true
    return held.record as Knowledge[K] | undefined
  }

  async #fetch(kind: KnowledgeKind, account: string, about: string) {
    const record = await this.#recall(this.#placeOf(kind, account, about))
    this.#hold(keyOf(kind, account, about), { record, wasUsed: false })
    return record
  }

  set<K extends KnowledgeKind>(
    kind: K,
    account: string,
    about: string,
    record: Knowledge[K] | undefined,
  ): void {
    const key = keyOf(kind, account, about)
    if (!this.#unwritten.has(key)) this.#unwritten.set(key, this.#placeOf(kind, account, about))
    this.#held.delete(key)
    this.#hold(key, { record, wasUsed: false })
  }

  #placeOf(kind: KnowledgeKind, account: string, about: string): Place {
    const digest = hmacHex(this.#digestKey, utf8(about))
    return { kind, account, digest: digest.slice(0, digestChars) }
  }

  #hold(key: string, held: Held): void {
    this.#held.set(key, held)
    if (this.#held.size <= this.#itemsMax) return
    let spared = 0
    for (const [oldest, each] of this.#held) {
      if (this.#unwritten.has(oldest)) continue
      this.#held.delete(oldest)
      if (!each.wasUsed || spared++ >= sparedMax) return
      each.wasUsed = false
      this.#held.set(oldest, each)
    }
  }

  get unwrittenCount(): number {
    return this.#unwritten.size
  }

  /** What must be written; a record that is `undefined` is to be removed. */
  unwritten(): (readonly [place: Place, record: { readonly day: number } | undefined])[] {
    return [...this.#unwritten].map(([key, place]) => [place, this.#held.get(key)?.record] as const)
  }

  /** All that `unwritten` gave has been written. Nothing may have been set meanwhile. */
  written(): void {
    this.#unwritten.clear()
  }
}

const keyOf = (kind: string, account: string, about: string): string =>
  `${kind}\n${account}\n${about}`
