/**
 * No lie under failure, for minutes and with another seed on each run (STRONGROOM_SEED chooses it): two
 * failovers, with a new standby in between, and every fault many times.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chance } from '../nodes/chance.ts'
import type { FaultName } from '../nodes/faults.ts'
import { run, summary } from '../nodes/run.ts'
import { withoutPostgres as skip } from '../postgres.ts'

const seed = Number(process.env.STRONGROOM_SEED ?? Date.now() % 1e6)
const rounds = Number(process.env.STRONGROOM_ROUNDS ?? 4)

const small: readonly FaultName[] = [
  ...(['kill', 'pause', 'sleep', 'cut', 'cutSent', 'cutUnsent', 'halfOpen'] as const),
]

/** Each round in an order of its own; the database fails over in two of them, and is mended after the first. */
function faultsOf(): FaultName[] {
  const luck = chance(seed)
  return Array.from({ length: rounds }, (_, round) => {
    const order = [...small].sort(() => luck.under(3) - 1)
    if (round === rounds >> 2 || round === (3 * rounds) >> 2)
      order.splice(luck.under(7), 0, 'failOver')
    if (round === rounds >> 1) order.splice(luck.under(7), 0, 'mend')
    return order
  }).flat()
}

test('minutes of failures, and no lie', { skip }, async (t) => {
  t.diagnostic(`seed ${seed}`)
  const found = await run({ seed, faults: faultsOf() })
  t.diagnostic(summary(found))
  assert.deepEqual(found.lies, [])
  assert.deepEqual(found.surprises, [])
  assert.deepEqual(found.unrecorded, [])
  assert.deepEqual(found.deaths, [])
  assert.equal(found.recoveries.length, 2)
})
