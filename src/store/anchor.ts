/**
 * The anchor: the journal's head, kept outside the database and signed, so that a database put back
 * to an older state is noticed. It is written after the commit, at least each second while there are
 * commits; it may lag behind the database, the database never behind it.
 */
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { lengthPrefixed, sameText } from '../lib/bytes.ts'
import { replaceFile } from '../lib/file.ts'
import { Unopenable } from '../lib/sealer.ts'
import type { JournalKeys } from './journal.ts'

export interface Head {
  readonly seq: number
  readonly link: Uint8Array
}

export class Anchor {
  readonly #path: string
  readonly #keys: JournalKeys

  constructor(path: string, keys: JournalKeys) {
    this.#path = path
    this.#keys = keys
  }

  /** Replaces the anchor; whole or not at all, on disk when it returns. */
  write(head: Head): void {
    const key = this.#keys.link.current
    const link = Buffer.from(head.link).toString('hex')
    const text = JSON.stringify({ seq: head.seq, link, key, mac: this.#mac(key, head.seq, link) })
    replaceFile(this.#path, `${text}\n`)
  }

  /** The head that was anchored; `undefined` if there is none, or none that we signed. */
  read(): Head | undefined {
    try {
      const { seq, link, key, mac } = JSON.parse(readFileSync(this.#path, 'utf8'))
      if (typeof mac !== 'string' || !sameText(mac, this.#mac(key, seq, link))) return undefined
      return { seq, link: Buffer.from(link, 'hex') }
    } catch {
      return undefined // absent, cut or not ours: the same to whoever must rely on it
    }
  }

  /** Under no store key that a rotation has left behind: whoever stole that one could sign any head. */
  #mac(id: number, seq: number, link: string): string {
    const key = id >= this.#keys.floor ? this.#keys.link.keys.get(id) : undefined
    if (!key) throw new Unopenable()
    const place = lengthPrefixed(this.#keys.storeId, 'anchor', String(seq), link)
    return createHmac('sha256', key).update(place).digest('hex')
  }
}
