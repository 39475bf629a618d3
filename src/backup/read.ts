/**
 * A backup file, read and doubted: whatever is wrong with it is named in one sentence. Nothing of a
 * chunk is handed on before it is known to be the one that was written there; that the backup is
 * complete is known when reading has come to its end without a refusal.
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { sameBytes } from '../lib/bytes.ts'
import { Refusal } from '../lib/fault.ts'
import { Unopenable } from '../lib/sealer.ts'
import { type Counts, noCounts, type Part } from '../store/whole.ts'
import { Chain } from './chain.ts'
import { type End, parsePart } from './part.ts'
import { openingBytes, type Preamble, parsePreamble, readOpening } from './preamble.ts'
import { type BackupKeys, chunkHeadBytes } from './write.ts'

/** A file that is no backup, or no longer the one that was made. */
export class DoubtfulBackup extends Refusal {
  override name = 'DoubtfulBackup'
  constructor(path: string, doubt: string) {
    super(`${path} ${doubt}: take another backup.`)
  }
}

const linkBytes = 32

export class BackupReader {
  readonly path: string
  readonly preamble: Preamble
  readonly bytes: number
  readonly #file: number
  readonly #chain: Chain
  #at: number

  /** Throws Refusal for a file that can't be read or does not begin as a backup does. */
  constructor(path: string) {
    this.path = path
    this.#file = open(path)
    try {
      this.bytes = fstatSync(this.#file).size
      this.#at = 0
      const { bytes, preamble } = this.#begin()
      this.preamble = preamble
      this.#chain = new Chain(bytes)
    } catch (thrown) {
      closeSync(this.#file)
      throw thrown
    }
  }

  close(): void {
    closeSync(this.#file)
  }

  /** How far reading has come, in bytes. */
  get at(): number {
    return this.#at
  }

  /** Everything in it, opened; after the last part the whole is known to be complete. To be read once. */
  *parts(keys: BackupKeys): Generator<Part> {
    let found = noCounts
    for (const sealed of this.#chunks()) {
      const part = this.#open(keys, sealed)
      if (part.kind === 'end') return this.#mustEnd(found, part.counts)
      found = { ...found, [part.kind]: found[part.kind] + part.rows.length }
      yield part
    }
    throw this.doubt('ends before its last chunk: it was cut short')
  }

  /** Reads all of it without any key: whether the bytes are those that were written. Gives the number of chunks. */
  mustBeUnspoiled(): number {
    for (const sealed of this.#chunks()) this.#chain.pass(sealed)
    this.#mustClose()
    return this.#chain.next - 1
  }

  doubt(words: string): DoubtfulBackup {
    return new DoubtfulBackup(this.path, words)
  }

  #begin(): { bytes: Buffer; preamble: Preamble } {
    const opening = readOpening(this.#read(Math.min(openingBytes, this.bytes), openingBytes))
    if (opening === 'other') throw new Refusal(`${this.path} is not a strongroom backup.`)
    if (opening === 'newer') {
      throw new Refusal(`${this.path} was made by a newer strongroom: use that version.`)
    }
    const bytes = this.#read(openingBytes + opening.textBytes)
    const preamble = parsePreamble(bytes.toString('utf8', openingBytes))
    if (!preamble) throw this.doubt('is damaged at its beginning')
    this.#at = bytes.length
    return { bytes, preamble }
  }

  /** The sealed chunks in their order, as far as clear text tells. */
  *#chunks(): Generator<Buffer> {
    while (this.#at + linkBytes < this.bytes) {
      const number = this.#chain.next
      const head = this.#take(chunkHeadBytes, number)
      if (head.readUInt32BE(0) !== number) {
        throw this.doubt(
          `has something else where chunk ${number} belongs: chunks are missing, changed places, or it is damaged there`,
        )
      }
      yield this.#take(head.readUInt32BE(4), number)
    }
  }

  #open({ sealer, journal }: BackupKeys, sealed: Buffer): Part | End {
    const number = this.#chain.next
    try {
      return parsePart(this.#chain.open(sealer, sealed), journal)
    } catch (thrown) {
      if (!(thrown instanceof Unopenable)) throw thrown
      throw this.doubt(
        `is damaged in chunk ${number}, before byte ${this.#at}, or at its beginning`,
      )
    }
  }

  #mustEnd(found: Counts, told: Counts): void {
    for (const [kind, count] of Object.entries(told)) {
      if (found[kind as Part['kind']] !== count) throw this.doubt(`does not hold all its ${kind}`)
    }
    this.#mustClose()
  }

  /** The last link, and nothing behind it. */
  #mustClose(): void {
    if (this.#at + linkBytes > this.bytes) throw this.doubt('ends early: it was cut short')
    if (this.#at + linkBytes < this.bytes) throw this.doubt('has bytes behind its end')
    if (!sameBytes(this.#read(linkBytes), this.#chain.link)) {
      throw this.doubt('is not what was written: its checksum does not fit')
    }
  }

  #take(size: number, number: number): Buffer {
    if (this.#at + size > this.bytes - linkBytes) {
      throw this.doubt(`ends inside chunk ${number}: it was cut short, or is damaged there`)
    }
    const bytes = this.#read(size)
    this.#at += size
    return bytes
  }

  /** Bytes at the place that was come to, filled up with zeroes. */
  #read(size: number, room = size): Buffer {
    const bytes = Buffer.alloc(room)
    let read = 0
    while (read < size) {
      const got = readSync(this.#file, bytes, read, size - read, this.#at + read)
      if (got === 0) break
      read += got
    }
    return bytes
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (thrown) {
    throw new Refusal(`Can't read ${path} (${(thrown as NodeJS.ErrnoException).code}).`)
  }
}
