/** What custody of a served store's keys stands on. */
import type { Keyring } from '../keyring/keyring.ts'
import type { Attempt } from '../store/attempt.ts'
import type { JournalKeys } from '../store/journal-keys.ts'
import type { Store } from '../store/store.ts'
import type { Step } from './moving.ts'
import type { Resealing } from './resealing.ts'
import type { SealSources } from './sources.ts'

export interface CustodyParts {
  readonly dataPath: string
  readonly store: Store
  readonly keyring: Keyring
  readonly journalKeys: JournalKeys
  readonly sources: SealSources
  readonly resealing: Resealing
  /** Throws Refusal where another process holds these keys, too: it would not follow. */
  mustBeAlone(attempt: Attempt): Promise<void>
  /** Runs what takes up other keys while no process beside this one holds the old ones. */
  withoutOthers(run: () => Promise<void>): Promise<void>
  /** An audit record about the keys, filed as of now. */
  actRecord(name: string, facts: Readonly<Record<string, string>>): object
  complain(words: string): void
  /** Told after each step that a kill could follow. */
  stage?: ((step: Step) => void) | undefined
}
