/** What the clock brings, each minute: secrets and keys whose time has come, strangers to be told of. */
import { type Filed, recordNotice, recordStrangers } from './audit/notices.ts'
import type { Strangers } from './audit/strangers.ts'
import type { DiskWatch } from './doctor/watch.ts'
import { minuteMs } from './lib/clock.ts'
import { keyEventRecord, type Loans, policyEventRecord } from './registry.ts'
import type { Custody } from './seals/custody.ts'
import { sweepKeys } from './services/kms/sweep.ts'
import { sweepLogs } from './services/logs/index.ts'
import { sweepSecrets } from './services/secretsmanager/index.ts'
import { sweepParameters } from './services/ssm/index.ts'
import type { Attempt } from './store/attempt.ts'
import type { Store } from './store/store.ts'

export interface Errands {
  readonly store: Store
  readonly loans: Loans
  readonly custody: Custody
  readonly strangers: Strangers
  readonly disk: DiskWatch
  /** Where records of the house's own are filed, as of now. */
  filed(): Filed
  /** What is left of the rotations of secrets that are gone. */
  sweepTurns(): Promise<void>
  /** Incidents whose time is over. */
  sweepDetections(): Promise<void>
  /** Audit records whose time is over. */
  sweepAudit(): Promise<void>
  /** Points and metrics whose time is over. */
  sweepMetrics(): Promise<void>
  complain(thrown: unknown): void
}

/** Begins at once, with what became due while nobody was here. The returned function ends it. */
export function startChores(errands: Errands): () => Promise<void> {
  const { store, strangers, filed, complain } = errands
  let round: Promise<void> = Promise.resolve()
  // One round at a time; a chore that fails does not hold back the others.
  const turn = () => {
    for (const chore of choresOf(errands)) round = round.then(chore).catch(complain)
  }
  turn()
  const turning = setInterval(turn, minuteMs)
  return async () => {
    clearInterval(turning)
    await round
    await recordStrangers(store, filed(), strangers).catch(complain)
  }
}

function choresOf(errands: Errands): (() => Promise<void>)[] {
  const { store, loans, custody, strangers, filed } = errands
  const { sweepTurns, sweepDetections, sweepAudit, sweepMetrics } = errands
  const { keyPorts, secretPorts } = loans
  const port = {
    see: store.see,
    attempt: <T>(run: (attempt: Attempt) => T | Promise<T>) => store.attempt(run),
  }
  return [
    // First: the others may already want for it.
    () => tellSpace(errands),
    async () =>
      void (await sweepSecrets({ ...port, eventRecord: secretPorts.eventRecord }, filed().at)),
    async () =>
      void (await sweepKeys({ ...keyPorts, ...port, eventRecord: keyEventRecord }, filed().at)),
    async () =>
      void (await sweepParameters({ ...port, eventRecord: policyEventRecord }, filed().at)),
    async () => void (await sweepLogs(port, filed().at)),
    sweepTurns,
    sweepDetections,
    sweepAudit,
    sweepMetrics,
    () => recordStrangers(store, filed(), strangers),
    async () => custody.tick(filed().at),
  ]
}

async function tellSpace({ store, disk, filed, complain }: Errands): Promise<void> {
  const news = disk.news()
  if (!news) return
  complain(news.words)
  await recordNotice(store, filed(), 'DiskSpaceChanged', { state: news.state })
}
