/**
 * Space that is kept for last words: when the disk is full, it is given back, so that the audit can still
 * say that from here on nothing is answered. It is taken again, and answers go on, when there is room.
 */

import { randomBytes } from 'node:crypto'
import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

const reserveBytes = 256 << 10
/** To go on with less would end a moment later. */
const roomBytes = 1 << 20

export class Reserve {
  readonly #path: string
  #isSpent = false

  constructor(path: string) {
    this.#path = path
    this.#take()
  }

  /** Whether answers may be recorded: not from when it was given back until there is room again. */
  mayWrite(): boolean {
    if (this.#isSpent && this.#hasRoom() && this.#take()) this.#isSpent = false
    return !this.#isSpent
  }

  /** Gives the space back. */
  spend(): void {
    this.#isSpent = true
    rmSync(this.#path, { force: true })
  }

  #hasRoom(): boolean {
    const { bavail, bsize } = statfsSync(dirname(this.#path))
    return bavail * bsize >= roomBytes + reserveBytes
  }

  /** Without it, where there is no room at the start, the house serves as long as it can. */
  #take(): boolean {
    if (existsSync(this.#path)) return true
    try {
      // What a file system could compress would reserve nothing.
      writeFileSync(this.#path, randomBytes(reserveBytes), { mode: 0o600 })
      return true
    } catch {
      rmSync(this.#path, { force: true })
      return false
    }
  }
}
