/**
 * How far an exporter is, between what it took last and what is kept of it. A position is written now
 * and then: whoever goes on from an older one takes again what came after it.
 */
import type { JournalRow } from '../../store/engine.ts'
import { type Bookmark, type BookmarkHome, behind, idleRowsMax } from './bookmark.ts'

/** A kept position that is older than this is written before the next page. */
const writtenEveryMilliseconds = 1000

export class Position {
  readonly #home: BookmarkHome
  #bookmark: Bookmark<object>
  #isKept = true
  #keptSeq: number
  #keptAt = performance.now()

  constructor(home: BookmarkHome, bookmark: Bookmark<object>) {
    this.#home = home
    this.#bookmark = bookmark
    this.#keptSeq = bookmark.seq
  }

  get seq(): number {
    return this.#bookmark.seq
  }

  /** The bookmark behind a batch. */
  behind(row: Pick<JournalRow, 'seq' | 'link'>): Bookmark<object> {
    return behind(this.#bookmark, row)
  }

  /** Whether so much was passed over that its position is worth a commit, which is a batch in itself. */
  isFar(next: Bookmark<object>): boolean {
    return next.seq > this.#keptSeq + idleRowsMax
  }

  /** Goes on. What is not worth keeping by itself is kept with what comes next. */
  async move(next: Bookmark<object>, isWorth: boolean): Promise<void> {
    this.#bookmark = next
    if (isWorth) this.#isKept = false
    if (performance.now() - this.#keptAt > writtenEveryMilliseconds) await this.write()
  }

  /** Goes on to what was kept with the work itself. */
  moved(next: Bookmark<object>): void {
    this.#bookmark = next
    this.#noteKept()
  }

  /** Keeps the position, if it is not kept yet. */
  async write(): Promise<void> {
    if (this.#isKept) return
    await this.#home.put(this.#bookmark)
    this.#noteKept()
  }

  #noteKept(): void {
    this.#isKept = true
    this.#keptSeq = this.#bookmark.seq
    this.#keptAt = performance.now()
  }
}
