/** The keys under which journal and anchor are written and read. */
import type { Parents } from '../lib/sealer.ts'

/** The keys a journal writer or reader needs. KeyObjects, so that they can be handed to a worker thread. */
export interface JournalKeys {
  readonly storeId: string
  readonly seal: Parents
  /** A row is linked under the store key that sealed it. Along the chain these never get older. */
  readonly link: Parents
  /** Seeds of Ed25519 keys: what they sign can be checked by whoever has the public halves. */
  readonly sign: Parents
  /** An anchor under an older store key is none. */
  readonly floor: number
}
