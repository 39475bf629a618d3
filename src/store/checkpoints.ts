/**
 * Signed checkpoints: where the journal stood, and when, for whoever keeps a copy elsewhere. What is cut
 * off behind a checkpoint shows, even to somebody who has nothing but the public key. One JSON text a
 * line, in a file that only grows: one an hour, and one at each orderly end.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { base64, lengthPrefixed, parseBase64 } from '../lib/bytes.ts'
import { syncFolder } from '../lib/file.ts'
import type { JournalKeys } from './journal-keys.ts'
import { Signer } from './signature.ts'

export interface Checkpoint {
  readonly store: string
  readonly seq: number
  /** Hexadecimal. */
  readonly link: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** The store key whose Ed25519 key signed it. */
  readonly key: number
  readonly signature: string
}

/** The file, in the folder of the segments. */
export const checkpointsIn = (journalPath: string): string => join(journalPath, 'checkpoints')

export class Checkpoints {
  readonly #storeId: string
  readonly #signer: Signer

  constructor(keys: JournalKeys) {
    this.#storeId = keys.storeId
    this.#signer = new Signer(keys.sign)
  }

  make(seq: number, link: Uint8Array, at: number): Checkpoint {
    const facts = { store: this.#storeId, seq, link: Buffer.from(link).toString('hex'), at }
    const { key, bytes } = this.#signer.sign(signed(facts))
    return { ...facts, key, signature: base64(bytes) }
  }

  /** Whether it was signed for this store. */
  isGenuine(checkpoint: Checkpoint): boolean {
    const bytes = parseBase64(checkpoint.signature)
    if (!bytes || checkpoint.store !== this.#storeId) return false
    return this.#signer.holds(signed(checkpoint), { key: checkpoint.key, bytes })
  }
}

/** Adds one to the file; on disk when it returns. */
export function addCheckpoint(journalPath: string, checkpoint: Checkpoint): void {
  if (mkdirSync(journalPath, { recursive: true, mode: 0o700 })) syncFolder(dirname(journalPath))
  const file = openSync(checkpointsIn(journalPath), 'a', 0o600)
  try {
    // A line that a crash cut is ended first, so that it spoils no other.
    writeSync(file, `\n${JSON.stringify(checkpoint)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  syncFolder(journalPath)
}

/** Those in a text that are whole, oldest first. */
export const parseCheckpoints = (text: string): Checkpoint[] =>
  text.split('\n').flatMap((line) => {
    try {
      const found = JSON.parse(line)
      return typeof found.seq === 'number' && typeof found.link === 'string' ? [found] : []
    } catch {
      return [] // empty, or cut by a crash
    }
  })

/** Those that a store keeps beside its segments. */
export function readCheckpoints(journalPath: string): Checkpoint[] {
  try {
    return parseCheckpoints(readFileSync(checkpointsIn(journalPath), 'utf8'))
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw thrown
  }
}

const signed = ({ store, seq, link, at }: Omit<Checkpoint, 'key' | 'signature'>): Uint8Array =>
  lengthPrefixed(store, 'checkpoint', String(seq), link, String(at))
