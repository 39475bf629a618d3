/** Detections, wired: run over the journal, and cleared away after. */
import type { Tape } from './audit/tape.ts'
import type { Config } from './config.ts'
import { openRunner, type Runner } from './detections/runner.ts'
import { DetectionReader, DetectionStore } from './detections/store.ts'
import { Sweeper } from './detections/sweep.ts'
import type { Standing } from './doctor/detections.ts'
import type { Folder } from './folder.ts'
import type { Clock } from './lib/clock.ts'
import type { Alerts } from './services/strongroom/alert.ts'
import type { Store } from './store/store.ts'
import { factsOf } from './things.ts'

export interface Detecting {
  /** Absent where no detection is switched on. */
  readonly runner: Runner | undefined
  /** Clears away what is over. */
  sweep(): Promise<void>
  /** How they do, and what of the deployment's own account nobody has seen to. */
  standing(): Promise<Standing>
  close(): Promise<void>
}

/** How many incidents are looked at for how things stand. */
const seen = 500

interface Needs {
  readonly folder: Folder
  readonly config: Config
  readonly store: Store
  readonly tape: Tape
  readonly clock: Clock
  complain(words: string): void
}

/** Incidents, as the operator's API reads and acknowledges them. */
export const alerts: Alerts = {
  list: (attempt, account, after, itemsMax) =>
    new DetectionReader(attempt).list(account, after, itemsMax),
  find: (attempt, account, id) => new DetectionReader(attempt).find(account, id),
  put: (attempt, alert) => new DetectionStore(attempt).put(alert),
}

/** Goes on where it was when it ended. */
export async function openDetecting(needs: Needs): Promise<Detecting> {
  const { config, store, clock } = needs
  const sweeper = new Sweeper()
  const runner = config.detections.names.length > 0 ? await runnerOf(needs) : undefined
  return {
    runner,
    sweep: () => sweeper.turn(store, clock.now()),
    async standing() {
      const newest = await store.see((look) =>
        new DetectionReader(look).list(config.account, undefined, seen),
      )
      const open = newest.filter(({ acknowledged }) => !acknowledged)
      const critical = open.filter(({ severity }) => severity === 'critical')
      const { failing: isFailing = false } = runner?.progress ?? {}
      return { isOn: runner !== undefined, isFailing, open: open.length, critical: critical.length }
    },
    close: async () => runner?.close(),
  }
}

const runnerOf = ({ folder, config, store, tape, clock, complain }: Needs): Promise<Runner> =>
  openRunner({
    ...{ store, tape, clock, ...config.detections },
    digestKey: folder.keyring.lasting('detections'),
    facts: factsOf(store),
    complain: (thrown) => complain(`detections wait: ${thrown}`),
  })
