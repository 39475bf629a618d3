/** `serve --backup-every`: made and drilled of itself, told by health and status, old ones let go in time. */
import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../src/lib/clock.ts'
import { dayMs, hourMs } from '../../src/lib/clock.ts'
import { typed } from '../cli/command.ts'
import { raiseHouse, type TestHouse } from '../house.ts'
import { callJson } from '../raw.ts'
import { until } from '../until.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-routine-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const fresh = () => mkdtempSync(join(folder, 'backups-'))
const flagsFor = (backupTo: string) => ({ backupEvery: '1h', backupKeep: '14d', backupTo })

/** A clock that runs with the machine's, and can be set forward. */
class SetClock implements Clock {
  ahead = 0
  now(): number {
    return Date.now() + this.ahead
  }
}

const health = async (house: TestHouse) => (await fetch(`${house.url}/-/health`)).json()

interface Schedule {
  readonly Working: boolean
  readonly LastGoodDate?: number
  readonly Failure?: string
  readonly Drill?: { Records: number; Values: number; Doubts: string[] }
}

/** At the server's own time, so that a clock set forward signs nothing stale. */
async function status(house: TestHouse): Promise<Schedule> {
  const options = { url: house.url, keys: house.root, service: 'strongroom' }
  const { status, body } = await callJson('Strongroom.BackupStatus', {}, options)
  assert.equal(status, 200, body)
  return JSON.parse(body).Schedule
}

const backupsIn = (path: string) => readdirSync(path).filter((name) => name.endsWith('.backup'))

test('one is made and drilled at the start, and not again before its time', async () => {
  const path = fresh()
  await using house = await raiseHouse({ flags: flagsFor(path) })
  await until(async () => (await status(house)).LastGoodDate !== undefined)
  const [name = '', ...others] = backupsIn(path)
  assert.deepEqual(others, [])
  assert.match(name, /^strongroom-\d{8}T\d{6}Z-[0-9a-f]{8}\.backup$/)
  const report = JSON.parse(readFileSync(join(path, `${name}.json`), 'utf8'))
  assert.deepEqual(report.doubts, [])
  assert.deepEqual(readdirSync(path).sort(), [name, `${name}.json`])
  assert.deepEqual(await health(house), { status: 'ok' })

  const told = await typed([
    'backup',
    'status',
    '--profile',
    join(house.dataPath, 'root-credentials'),
  ])
  assert.equal(told.code, 0, told.stderr)
  assert.match(told.stdout, /^last good {2}\S+\nnext {7}\S+\ndrilled {4}\d+ records, 0 values, /)

  // Another process goes on where this one ended.
  await house.restart()
  await sleep(1500)
  assert.equal(backupsIn(path).length, 1)
  assert.deepEqual(house.complaints, [])
})

test('after ten hours away: one, not ten; the old ones go only then', async () => {
  const path = fresh()
  const dayAgo = (days: number) =>
    new Date(Date.now() - days * dayMs).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  const keep = ['notes.txt', 'strongroom-other.backup']
  const old = [20, 16].map((days) => `strongroom-${dayAgo(days)}-0123abcd.backup`)
  const young = `strongroom-${dayAgo(1)}-0123abcd.backup`
  for (const name of [...keep, ...old, young]) writeFileSync(join(path, name), 'x')
  const leavings = `strongroom-${dayAgo(1)}-4567abcd.backup.new`
  writeFileSync(join(path, leavings), 'x')
  await using house = await raiseHouse({ flags: flagsFor(path) })
  await until(async () => (await status(house)).LastGoodDate !== undefined)
  // Those go when the new one is there.
  await until(() => ![...old, leavings].some((name) => existsSync(join(path, name))))
  await sleep(1200)
  const names = readdirSync(path)
  for (const name of [...keep, young]) assert.ok(names.includes(name), name)
  assert.equal(names.filter((name) => name.endsWith('.json')).length, 1)
})

test('the next one comes when its time has come', async () => {
  const path = fresh()
  const clock = new SetClock()
  await using house = await raiseHouse({ flags: flagsFor(path), world: { clock } })
  await until(() => readdirSync(path).some((name) => name.endsWith('.json')))
  clock.ahead = 10 * hourMs
  await until(() => readdirSync(path).filter((name) => name.endsWith('.json')).length === 2)
  await sleep(1200)
  assert.equal(backupsIn(path).length, 2)
  assert.deepEqual(house.complaints, [])
})

test('a folder that cannot be written to: told by health, status and log, and requests go on', async () => {
  const path = join(fresh(), 'a-file')
  writeFileSync(path, 'mine')
  await using house = await raiseHouse({ flags: flagsFor(join(path, 'below')) })
  await until(async () => (await status(house)).Failure !== undefined)
  assert.deepEqual(await health(house), {
    status: 'warning',
    warnings: ['backups: the last one failed'],
  })
  const told = await typed([
    'backup',
    'status',
    '--profile',
    join(house.dataPath, 'root-credentials'),
  ])
  assert.equal(told.code, 1)
  assert.match(told.stderr, /^strongroom: The last backup failed: .+/)
  assert.ok(house.complaints.length > 0)
  for (const complaint of house.complaints)
    assert.match(complaint, /^a backup on schedule failed: /)
})

test('what waits too long is overdue', async () => {
  const path = join(fresh(), 'a-file')
  writeFileSync(path, 'mine')
  const clock = new SetClock()
  await using house = await raiseHouse({ flags: flagsFor(join(path, 'below')), world: { clock } })
  await until(async () => (await status(house)).Failure !== undefined)
  clock.ahead = 3 * hourMs
  assert.deepEqual(await health(house), {
    status: 'warning',
    warnings: ['backups: the last one failed', 'backups: overdue'],
  })
})

test('a house that is taken down in the middle of one leaves no half of it', async () => {
  const path = fresh()
  await using house = await raiseHouse({ flags: flagsFor(path) })
  await until(() => existsSync(path))
  await house.stop()
  for (const name of readdirSync(path)) assert.match(name, /\.backup(?:\.json)?$/)
  assert.deepEqual(house.complaints, [])
})
