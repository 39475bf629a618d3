/**
 * What was read last, on disk for a start without network: sealed as a whole under a key of the operator's,
 * bound to the services and the credentials that it was read with, replaced as a whole. Nothing of it is
 * ever written in clear.
 */
import type { KeyObject } from 'node:crypto'
import { lstatSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { Refusal } from '../lib/fault.ts'
import { replaceFile } from '../lib/file.ts'
import { Sealer, Unopenable } from '../lib/sealer.ts'
import { mustBeOurs } from './socket-folder.ts'
import type { Value } from './wanted.ts'

/** One thing that was read: under whose credentials, by which key of the cache, when. */
export interface Saved {
  readonly whose: string
  readonly key: string
  readonly at: number
  readonly value: Value
}

/** Why a file is not used. The words are for the log. */
export class Unusable extends Error {
  override name = 'Unusable'
}

const purpose = 'strongroom agent last known good'
const keyId = 1
const format = 1
const groupOrOthers = 0o077
const fileBytesMax = 64 << 20

export class LastFile {
  readonly #path: string
  readonly #place: Buffer
  readonly #sealer: Sealer

  /** @param place what it is bound to. Throws Refusal where others could put another file there. */
  constructor(path: string, key: KeyObject, place: readonly string[]) {
    this.#path = path
    this.#place = Buffer.from(JSON.stringify([purpose, format, ...place]))
    this.#sealer = new Sealer(purpose, { current: keyId, keys: new Map([[keyId, key]]) })
    try {
      mustBeOurs(dirname(path))
    } catch (thrown) {
      if (thrown instanceof Refusal) throw thrown
      throw new Refusal(`There is no folder for ${path}: make it, for the agent's user alone.`)
    }
  }

  get path(): string {
    return this.#path
  }

  /** None if there is no file. Throws Unusable. */
  read(): readonly Saved[] {
    const status = lstatSync(this.#path, { throwIfNoEntry: false })
    if (!status) return []
    if (!status.isFile() || status.size > fileBytesMax) throw new Unusable('it is no such file')
    if (status.mode & groupOrOthers) throw new Unusable('others can read it')
    if (status.uid !== process.getuid?.() && status.uid !== 0) {
      throw new Unusable("it is another user's")
    }
    return savedIn(this.#open(readFileSync(this.#path)))
  }

  /** On disk when it returns, in the place of the one before. */
  write(all: readonly Saved[]): void {
    const plain = Buffer.from(JSON.stringify(all))
    replaceFile(this.#path, this.#sealer.seal(plain, this.#place) as unknown as Uint8Array)
    plain.fill(0)
  }

  #open(sealed: Uint8Array): Buffer {
    try {
      return this.#sealer.open(sealed, this.#place)
    } catch (thrown) {
      if (!(thrown instanceof Unopenable)) throw thrown
      throw new Unusable(
        'it does not open: another key, other credentials, another service, or damage',
      )
    }
  }
}

function savedIn(plain: Buffer): readonly Saved[] {
  // Whoever could seal this is the agent: its form is its own.
  const all = JSON.parse(plain.toString()) as readonly Saved[]
  plain.fill(0)
  return all
}
