/**
 * A user of its own for each environment, where the server is root: what keeps functions from the
 * server's files and memory, and from each other's. Numbers far from those that people and systems
 * use; each server takes a block by chance, so that two on one machine do not share users.
 */
import { randomInt } from 'node:crypto'
import { readFileSync } from 'node:fs'

const blockSize = 1024

export class Users {
  readonly #first: number
  readonly #taken = new Set<number>()

  constructor() {
    const [from, blocks] = rangeOf(mappedUsers())
    this.#first = from + blockSize * randomInt(blocks)
  }

  /** A number that no living environment has. */
  take(): number {
    for (let user = this.#first; user < this.#first + blockSize; user++) {
      if (this.#taken.has(user)) continue
      this.#taken.add(user)
      return user
    }
    throw new Error('more environments than users')
  }

  giveBack(user: number): void {
    this.#taken.delete(user)
  }
}

const rangeOf = (mapped: number): [from: number, blocks: number] =>
  mapped > 2_100_000_000 ? [2_000_000_000, 90_000] : [32_768, 24]

/** How many numbers exist here: in a container often only the first 65,536. */
function mappedUsers(): number {
  try {
    const [, , count = '0'] = readFileSync('/proc/self/uid_map', 'latin1').trim().split(/\s+/)
    return Number(count)
  } catch {
    return 0
  }
}
