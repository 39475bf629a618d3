/** F14 and F05 at full length: every pair of twenty secrets swapped, a flipped byte at 2,000 places. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { flipBytes } from '../durability/flips.ts'
import { furnish, type Outcome, playRound, roundsOf } from '../durability/swaps.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-tampering-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const dataPath = join(folder, 'data')
const secretsCount = 20
before(() => furnish(dataPath, secretsCount))

for (const target of ['secrets', 'versions'] as const) {
  test(`all 190 pairs of ${target}`, async () => {
    const outcome: Outcome = { swaps: 0, reads: 0, refused: 0, wrong: [] }
    for (const pairs of roundsOf(secretsCount)) {
      await playRound(dataPath, folder, target, pairs, outcome)
    }
    assert.deepEqual(outcome.wrong, [])
    assert.equal(outcome.swaps, 190)
    assert.equal(outcome.refused, outcome.reads)
  })
}

test('a flipped byte at 2,000 places', async () => {
  const outcome = await flipBytes(dataPath, folder, 2000)
  assert.deepEqual(outcome.wrong, [])
  assert.equal(outcome.flips, 2000)
})
