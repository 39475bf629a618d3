/** F02 at full length: power cuts at 5,000 instants. */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { canTrace, openImages, recordCommits } from '../durability/crashes.ts'

const skip = canTrace ? false : 'strace is not here, or may not trace'

test('5,000 crash images: dropped, kept and torn writes', { skip }, async (t) => {
  const recording = await recordCommits(160)
  try {
    const { images, lost, commits, kinds } = await openImages(recording, 5000)
    assert.deepEqual(lost, [])
    assert.equal(images, 5000)
    t.diagnostic(`${images} images of ${commits} commits, ${JSON.stringify(kinds)}`)
  } finally {
    rmSync(recording.folder, { recursive: true, force: true })
  }
})
