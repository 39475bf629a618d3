/** A soak of seconds: nothing fails under mixed load with rotation, and no descriptor stays open behind it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { soak } from './soak.ts'
import { Stage } from './stage.ts'

test('load with rotations, lists and writes leaves no descriptor open', async () => {
  await using stage = new Stage()
  const { windows, rotations, findings } = await soak(stage, {
    ...{ windows: 2, windowSeconds: 2, warmUpWindows: 1, connections: 32, seed: 20_261_122 },
    ...{ secrets: 40, rotating: 1 },
    tell: () => {},
  })
  assert.ok(windows.every(({ answers }) => answers > 0))
  assert.ok(rotations > 0)
  const [ofDescriptors] = findings.filter((finding) => finding.includes('descriptors'))
  assert.match(ofDescriptors ?? '', /^holds/)
})
