/**
 * Watching the space that is left, so that it is told before nothing can be recorded any more: to the
 * operator's log and on the page of health, once for each change, and in the audit.
 */
import type { Check } from './check.ts'
import { checkDisk, type Room, roomAt } from './disk.ts'

export class DiskWatch {
  readonly #path: string
  readonly #look: (path: string) => Room
  #told: Check['state'] = 'ok'

  /** @param look how the space is measured: a test sets it */
  constructor(path: string, look: (path: string) => Room = roomAt) {
    this.#path = path
    this.#look = look
  }

  /** How much there is. */
  room(): Room {
    return this.#look(this.#path)
  }

  /** As it is now. */
  check(): Check {
    return checkDisk(this.#path, this.#look(this.#path))
  }

  /** What is to be told, if it is better or worse than it was when this was asked last. */
  news(): Check | undefined {
    const check = this.check()
    if (check.state === this.#told) return undefined
    this.#told = check.state
    return check
  }
}
