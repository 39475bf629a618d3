/**
 * Segments that a node fetched from the database, in a folder of its own: bounded, and nothing is lost with
 * it. What is fetched must be signed by this store before it is used; what then stands on the disk is
 * opened block by block, so that an altered copy is noticed and fetched anew.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Unopenable } from '../../lib/sealer.ts'
import { BrokenChain } from '../draft.ts'
import type { JournalRow, Page } from '../engine.ts'
import type { JournalKeys } from '../journal-keys.ts'
import { isGenuine } from '../loaded.ts'
import { Segments, type Span, spanOf } from '../segments.ts'
import type { Primary } from './primary.ts'
import { fileAt, spanAt } from './shelf.ts'

const bytesMaxDefault = 256 << 20

/** Not the folder of an embedded store's segments: those are the only ones that there are. */
export const fetchedBeside = (anchorPath: string): string => join(dirname(anchorPath), 'fetched')

interface FetchedOptions {
  readonly primary: Primary
  readonly path: string
  readonly keys: JournalKeys
  /** The database's head: what reaches beyond it is of another past. */
  readonly head: number
  readonly bytesMax?: number
}

export class Fetched {
  readonly #primary: Primary
  readonly #path: string
  readonly #keys: JournalKeys
  readonly #bytesMax: number
  readonly #segments: Segments
  /** What is here, with its size; what was asked for longest ago first. */
  readonly #bytes = new Map<string, number>()
  readonly #fetching = new Map<string, Promise<boolean>>()

  constructor({ primary, path, keys, head, bytesMax = bytesMaxDefault }: FetchedOptions) {
    this.#primary = primary
    this.#path = path
    this.#keys = keys
    this.#bytesMax = bytesMax
    this.#segments = new Segments(path, keys)
    mkdirSync(path, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(path)) {
      const span = spanOf(name)
      if (span && span.last <= head) this.#bytes.set(name, statSync(join(path, name)).size)
      else rmSync(join(path, name), { force: true })
    }
  }

  /**
   * Rows with `after < seq <= upTo`, of one block at most. Empty where they were pruned. Throws BrokenChain
   * where they are missing or altered.
   */
  async read(after: number, upTo: number, page: Page): Promise<JournalRow[]> {
    for (let from = after; from < upTo; ) {
      const wanted = page.reverse ? upTo : from + 1
      const span = await this.#spanAt(wanted)
      if (!span) throw new BrokenChain(wanted)
      if (span.isPruned) {
        this.#forget(span.last)
        if (page.reverse) return []
        from = span.last
        continue
      }
      const rows = await this.#opened(span, () => this.#segments.rowsIn(span, from, upTo, page))
      // It was pruned in the same moment: the next look says so.
      if (rows) return rows
    }
    return []
  }

  /** What stands in one batch; `undefined` where it is not kept any more, or does not open. */
  async text(seq: number): Promise<Uint8Array | undefined> {
    try {
      const span = await this.#spanAt(seq)
      if (span?.isPruned) this.#forget(span.last)
      if (!span || span.isPruned) return undefined
      return await this.#opened(span, () => this.#segments.textIn(span, seq))
    } catch (thrown) {
      if (thrown instanceof BrokenChain) return undefined
      throw thrown
    }
  }

  #spanAt(seq: number): Promise<Span | undefined> {
    return this.#primary.read((client) => spanAt(client, seq))
  }

  async #opened<T>(span: Span, use: () => T): Promise<T | undefined> {
    if (!this.#isHere(span) && !(await this.#fetch(span))) return undefined
    try {
      return use()
    } catch (thrown) {
      const isGone = (thrown as NodeJS.ErrnoException).code === 'ENOENT'
      if (!isGone && !(thrown instanceof Unopenable)) throw thrown
    }
    if (!(await this.#fetch(span))) return undefined
    try {
      return use()
    } catch (thrown) {
      throw thrown instanceof Unopenable ? new BrokenChain(span.first) : thrown
    }
  }

  #isHere({ name }: Span): boolean {
    const bytes = this.#bytes.get(name)
    if (bytes === undefined) return false
    this.#bytes.delete(name)
    this.#bytes.set(name, bytes)
    return true
  }

  /** One fetch, however many wait for it. False where it was pruned meanwhile. */
  #fetch(span: Span): Promise<boolean> {
    const under = this.#fetching.get(span.name) ?? this.#fetched(span)
    this.#fetching.set(span.name, under)
    return under.finally(() => this.#fetching.delete(span.name))
  }

  async #fetched(span: Span): Promise<boolean> {
    const kept = await this.#primary.read((client) => fileAt(client, span))
    if (!kept) return false
    if (!isGenuine(kept, this.#keys)) throw new BrokenChain(span.first)
    const path = join(this.#path, span.name)
    await writeFile(`${path}.new`, kept.file, { mode: 0o600 })
    await rename(`${path}.new`, path)
    this.#bytes.delete(span.name)
    this.#bytes.set(span.name, kept.file.length)
    this.#makeRoom()
    return true
  }

  #makeRoom(): void {
    let total = [...this.#bytes.values()].reduce((sum, bytes) => sum + bytes, 0)
    for (const [name, bytes] of this.#bytes) {
      if (total <= this.#bytesMax || this.#bytes.size === 1) return
      this.#remove(name)
      total -= bytes
    }
  }

  /** Copies of what was pruned go, too. */
  #forget(last: number): void {
    for (const name of this.#bytes.keys()) {
      if ((spanOf(name)?.last ?? 0) <= last) this.#remove(name)
    }
  }

  /** Copies of what was pruned elsewhere go. */
  async sweep(): Promise<void> {
    if (this.#bytes.size === 0) return
    const span = await this.#spanAt(1)
    if (span?.isPruned) this.#forget(span.last)
  }

  #remove(name: string): void {
    this.#bytes.delete(name)
    rmSync(join(this.#path, name), { force: true })
  }
}
