/** Space that runs out is told before it is none, once for each change. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Room } from '../../src/doctor/disk.ts'
import { raiseHouse } from '../house.ts'
import { callJson } from '../raw.ts'

const mebibyte = 2 ** 20
const plenty: Room = { freeBytes: 1e12, wholeBytes: 2e12 }

test('little space: a warning in the log, on the page of health, in the audit; and its end', async () => {
  let room = plenty
  await using house = await raiseHouse({ world: { roomAt: () => room } })
  const health = async () => (await fetch(`${house.url}/-/health`)).json()
  const told = async () => {
    const call = { url: house.url, keys: house.root, service: 'strongroom' }
    const { body } = await callJson('Strongroom.TailAudit', {}, call)
    const records: { CloudTrailEvent: string }[] = JSON.parse(body).Records
    return records
      .map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent))
      .filter(({ eventName }) => eventName === 'DiskSpaceChanged')
      .map(({ additionalEventData }) => additionalEventData.state)
  }
  assert.deepEqual(await health(), { status: 'ok' })
  room = { ...plenty, freeBytes: 700 * mebibyte }
  assert.partialDeepStrictEqual(await health(), { status: 'warning' })
  // The minute's round begins with each start.
  await house.restart()
  room = { ...plenty, freeBytes: 10 * mebibyte }
  await house.restart()
  room = plenty
  await house.restart()
  assert.deepEqual(await told(), ['failure', 'warning'])
  assert.deepEqual(
    house.complaints.map((words) => words.replace(/where \S+ is/, 'there')),
    [
      '700 MiB are free there: free some',
      '10 MiB are free there: free some now, or nothing can be answered soon',
    ],
  )
  assert.deepEqual(await health(), { status: 'ok' })
})
