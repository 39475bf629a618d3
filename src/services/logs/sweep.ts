/**
 * What time and deletion leave to be cleared away: events behind their group's retention, and what is
 * left of groups that were deleted. A bounded part of it each time.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html
 */

import { dayMs } from '../../lib/clock.ts'
import { runEach } from '../../lib/errands.ts'
import type { See } from '../../store/attempt.ts'
import type { Desk } from '../operation.ts'
import type { GroupRecord, Remains } from './records.ts'
import { LogReader, LogStore } from './store.ts'

type Attempt = Desk['attempt']

/** What the house lends the sweeper. */
export interface Sweeping {
  readonly see: See
  attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T>
}

const groupsPerRead = 500
const batchesPerAttempt = 50
const attemptsPerGroupMax = 100

/** Clears away a part; gives from how many groups. Called again, it takes the rest. */
export async function sweepLogs(house: Sweeping, at: number): Promise<number> {
  const remains = await house.see((look) => new LogReader(look).listRemains(groupsPerRead))
  const cleared = await runEach(remains, (each) => clear(house, each))
  return cleared + (await runEach(await expiring(house), (group) => expire(house, group, at)))
}

async function expiring({ see }: Sweeping): Promise<GroupRecord[]> {
  const found: GroupRecord[] = []
  let after: readonly string[] | undefined
  do {
    const from = after
    const page = await see((look) => new LogReader(look).everyGroup(from, groupsPerRead))
    found.push(...page.map(({ record }) => record).filter((each) => each.retentionDays))
    after = page.length === groupsPerRead ? page.at(-1)?.parts : undefined
  } while (after)
  return found
}

/** Removes batches whose first line is older than this; false if there was none. */
async function removeBatches(house: Sweeping, groupId: string, before: number): Promise<boolean> {
  let count = 0
  for (let turn = 0; turn < attemptsPerGroupMax; turn++) {
    const removed = await house.attempt(async (attempt) => {
      const logs = new LogStore(attempt)
      const listed = await logs.listBatches(groupId, undefined, batchesPerAttempt, false)
      const old = listed.filter(({ lines }) => (lines.at(-1)?.at ?? 0) < before)
      for (const batch of old) logs.removeBatch(groupId, batch)
      return old.length
    })
    count += removed
    if (removed < batchesPerAttempt) break
  }
  return count > 0
}

const expire = (house: Sweeping, { id, retentionDays = 0 }: GroupRecord, at: number) =>
  removeBatches(house, id, at - retentionDays * dayMs)

async function clear(house: Sweeping, remains: Remains): Promise<boolean> {
  if (await removeBatches(house, remains.id, Number.POSITIVE_INFINITY)) return true
  await house.attempt(async (attempt) => {
    const logs = new LogStore(attempt)
    const left = await logs.removeStreams(remains.id, groupsPerRead)
    if (left === 0) logs.forgetRemains(remains)
  })
  return true
}
