/** Power cuts at 300 instants: nothing acknowledged is lost, no chain is broken. 5,000 of them in test/long. */
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { schemaVersion } from '../../src/store/sqlite/schema.ts'
import { canTrace, openImages, recordCommits } from './crashes.ts'

const skip = canTrace ? false : 'strace is not here, or may not trace'

test('300 crash images: dropped, kept and torn writes', { skip }, async (t) => {
  const recording = await recordCommits(60)
  try {
    const { images, lost, commits, syncs, kinds } = await openImages(recording, 300)
    assert.deepEqual(lost, [])
    assert.equal(images, 300)
    assert.equal(commits, 60)
    assert.ok(syncs >= commits, `${syncs} syncs for ${commits} commits`)
    const folded = recording.events.some(
      ({ kind, path }) => kind === 'write' && path.endsWith('store.db'),
    )
    assert.ok(folded, 'the log was folded into the database meanwhile')
    t.diagnostic(`${images} images of ${recording.events.length} events, ${JSON.stringify(kinds)}`)
  } finally {
    rmSync(recording.folder, { recursive: true, force: true })
  }
})

test('a disk that lies about one sync of the log is found out', { skip }, async () => {
  const recording = await recordCommits(20)
  try {
    const events = recording.events.filter(
      ({ kind, path }) => kind !== 'sync' || !path.endsWith('store.db-wal'),
    )
    const { lost } = await openImages({ ...recording, events }, 60)
    assert.ok(lost.length > 0, 'an oracle that finds nothing shows nothing')
  } finally {
    rmSync(recording.folder, { recursive: true, force: true })
  }
})

test('a store of an older format, cut off at each step of its upgrade', { skip }, async (t) => {
  const recording = await recordCommits(3, (dataPath) => {
    using database = new DatabaseSync(join(dataPath, 'store.db'))
    database.exec(`PRAGMA user_version = ${schemaVersion - 1}; PRAGMA wal_checkpoint(TRUNCATE)`)
  })
  try {
    const { images, lost } = await openImages(recording, recording.events.length)
    assert.deepEqual(lost, [])
    using database = new DatabaseSync(join(recording.folder, 'data', 'store.db'))
    assert.deepEqual(
      { ...database.prepare('PRAGMA user_version').get() },
      { user_version: schemaVersion },
    )
    t.diagnostic(`${images} images`)
  } finally {
    rmSync(recording.folder, { recursive: true, force: true })
  }
})
