/**
 * Sealing everything anew under the newest store key, in the background, a page at a time. Nobody waits
 * for it and nobody notices: rows keep their meaning, and one that is changed meanwhile is left alone,
 * since whoever changed it sealed it anew. It keeps no memory of its own: what is old says so, and a
 * next start goes on.
 */
import { keyIdOf, type Parents, Unopenable } from '../lib/sealer.ts'
import type { Attempt } from '../store/attempt.ts'
import { Damaged } from '../store/collection.ts'
import type { Row } from '../store/engine.ts'
import { collectionOf, partsOf } from '../store/key.ts'
import type { Store } from '../store/store.ts'

/**
 * Writes the record anew if something inside it is sealed under an older store key; true if it was.
 * For collections whose records hold more that is sealed.
 */
export type ResealInside = (attempt: Attempt, parts: readonly string[]) => boolean

export interface ResealingParts {
  readonly store: Store
  /** The live keys of records: `current` is what everything shall be sealed under. */
  readonly keys: Parents
  /** By collection. */
  readonly inside: ReadonlyMap<string, ResealInside>
  complain(words: string): void
  stage?: ((step: 'page sealed anew') => void) | undefined
}

export interface Progress {
  readonly done: number
  readonly total: number
}

const pageItemsMax = 200

export class Resealing {
  readonly #parts: ResealingParts
  #progress: Progress | undefined
  #running: Promise<void> | undefined
  #isOver = false

  constructor(parts: ResealingParts) {
    this.#parts = parts
  }

  /** How far it is; `undefined` when nothing is being sealed anew. */
  get progress(): Progress | undefined {
    return this.#progress
  }

  /** @param complete called when a whole pass has found nothing old */
  start(complete: () => Promise<void>): void {
    if (this.#running || this.#isOver) return
    this.#running = this.#run(complete)
      .catch((thrown) => {
        const words = thrown instanceof Error ? thrown.message : 'failed'
        this.#parts.complain(`the store key's rotation waits: ${words}`)
      })
      .finally(() => {
        this.#progress = undefined
        this.#running = undefined
      })
  }

  async close(): Promise<void> {
    this.#isOver = true
    await this.#running
  }

  async #run(complete: () => Promise<void>): Promise<void> {
    const { store } = this.#parts
    this.#progress = { done: 0, total: await store.size() }
    // Whatever was sealed before the new key was known is committed when this is.
    await store.commit(store.begin())
    while (!this.#isOver) {
      const { old, damaged } = await this.#pass()
      if (damaged !== undefined) throw damaged
      if (old > 0 || this.#isOver) continue
      await complete()
      return
    }
  }

  async #pass(): Promise<{ old: number; damaged: Damaged | undefined }> {
    let old = 0
    let done = 0
    let damaged: Damaged | undefined
    for (let after = ''; !this.#isOver; ) {
      const page = await this.#parts.store.sealedRows(after, pageItemsMax)
      const last = page.at(-1)
      if (!last) break
      after = last.key
      // One record that does not open holds back the end, and none of the others.
      const found = await this.#page(page)
      old += found.old
      damaged ??= found.damaged
      done += page.length
      this.#parts.stage?.('page sealed anew')
      if (this.#progress) this.#progress = { ...this.#progress, done }
    }
    return { old, damaged }
  }

  async #page(page: readonly Row[]): Promise<{ old: number; damaged: Damaged | undefined }> {
    const { store, keys } = this.#parts
    const stale = page.filter(({ row }) => keyIdOf(row) !== keys.current)
    let damaged: Damaged | undefined
    try {
      if (stale.length > 0) await store.reseal(stale)
    } catch (thrown) {
      if (!(thrown instanceof Damaged)) throw thrown
      damaged = await this.#oneByOne(stale)
    }
    let old = stale.length
    for (const { key } of page) {
      try {
        if (await this.#inside(key)) old++
      } catch (thrown) {
        if (!(thrown instanceof Damaged || thrown instanceof Unopenable)) throw thrown
        damaged ??= new Damaged(key)
      }
    }
    return { old, damaged }
  }

  async #oneByOne(rows: readonly Row[]): Promise<Damaged | undefined> {
    let damaged: Damaged | undefined
    for (const row of rows) {
      try {
        await this.#parts.store.reseal([row])
      } catch (thrown) {
        if (!(thrown instanceof Damaged)) throw thrown
        damaged ??= thrown
      }
    }
    return damaged
  }

  /** Looked at first: most records need no commit of their own. */
  async #inside(key: string): Promise<boolean> {
    const { store, inside } = this.#parts
    const reseal = inside.get(collectionOf(key))
    if (!reseal || !(await store.rehearse((attempt) => reseal(attempt, partsOf(key))))) return false
    await store.attempt((attempt) => reseal(attempt, partsOf(key)))
    return true
  }
}
