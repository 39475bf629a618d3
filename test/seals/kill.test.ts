/** kill -9 of a real process while everything is sealed anew: the next one goes on to the end by itself. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { serveProcess } from '../process.ts'
import { call, furnish, keyIdsIn, mustReadAll, settled } from './bench.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-kill-key-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const count = 60
const rounds = 4

test('four rotations, each killed as soon as it was answered', async (t) => {
  const dataPath = join(folder, 'data')
  let house = await serveProcess(dataPath)
  t.after(() => void house.child.kill('SIGKILL'))
  await furnish(house, count)
  for (let round = 1; round <= rounds; round++) {
    const { StoreKeyId } = await call<{ StoreKeyId: number }>(house, 'RotateStoreKey')
    assert.equal(StoreKeyId, round + 1)
    await house.end('SIGKILL')
    house = await serveProcess(dataPath)
    await mustReadAll(house, count)
    assert.equal((await settled(house)).StoreKeys.length, round + 1)
    await mustReadAll(house, count)
  }
  await house.end()
  assert.deepEqual(Object.keys(keyIdsIn(dataPath)), [String(rounds + 1)])
})
