/** What the doctor says of what it is shown. */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { generate } from 'selfsigned'
import { dayMs, hourMs, minuteMs } from '../lib/clock.ts'
import { checkBackups, type Standing } from './backups.ts'
import { checkClock, compareClocks } from './clock.ts'
import { checkDetections } from './detections.ts'
import { checkDisk } from './disk.ts'
import { checkFiles, checkKeyFile } from './files.ts'
import { checkIsolation } from './isolation.ts'
import { checkDumps, checkSwap } from './machine.ts'
import { checkTls } from './tls.ts'

const now = Date.UTC(2030, 0, 15)

test('detections: off, waiting, critical alerts that nobody has seen to', () => {
  const fine = { isOn: true, isFailing: false, open: 2, critical: 0 }
  assert.equal(checkDetections(fine).state, 'ok')
  assert.equal(checkDetections({ ...fine, isOn: false }).state, 'warning')
  assert.equal(checkDetections({ ...fine, isFailing: true }).state, 'failure')
  const { state, words } = checkDetections({ ...fine, critical: 1 })
  assert.equal(state, 'warning')
  assert.match(words, /^1 of 2 open alerts are critical/)
})

describe('clock', () => {
  test('a commit of later than now fails it', () => {
    assert.equal(checkClock(now, now - dayMs).state, 'ok')
    assert.equal(checkClock(now, undefined).state, 'ok')
    const { state, words } = checkClock(now, now + hourMs)
    assert.equal(state, 'failure')
    assert.match(words, /3600 s behind the store's last commit: set it/)
  })

  test('two clocks are apart by more than the answer took', () => {
    assert.equal(compareClocks(now, now + 3000, 2500).state, 'ok')
    assert.equal(compareClocks(now, now - minuteMs, 10).state, 'warning')
    assert.equal(compareClocks(now, now + 10 * minuteMs, 10).state, 'failure')
  })
})

test('disk: little room warns, none fails', () => {
  const room = (mebibytes: number) => ({ freeBytes: mebibytes << 20, wholeBytes: 2 ** 34 })
  assert.deepEqual(
    [10_000, 900, 10].map((free) => checkDisk('/data', room(free)).state),
    ['ok', 'warning', 'failure'],
  )
})

describe('tls', async () => {
  const made = async (from: number, to: number) => {
    const notBeforeDate = new Date(now + from * dayMs)
    const notAfterDate = new Date(now + to * dayMs)
    const attributes = [{ name: 'commonName', value: 'localhost' }]
    const { cert } = await generate(attributes, { notBeforeDate, notAfterDate })
    return checkTls(Buffer.from(cert), false, now)
  }
  test('ends soon, has ended, has not begun', async () => {
    assert.equal((await made(-1, 90)).state, 'ok')
    assert.match((await made(-1, 20)).words, /valid until 2030-02-04: renew it/)
    assert.match((await made(-9, -1)).words, /the certificate ended on 2030-01-1\d: renew it/)
    assert.match((await made(2, 9)).words, /not valid before 2030-01-17/)
  })
  test('is missed only where strangers could come', () => {
    assert.equal(checkTls(undefined, true, now).state, 'ok')
    assert.equal(checkTls(undefined, false, now).state, 'warning')
  })
})

test('backups: none, overdue, failed, in doubt, well', () => {
  const good: Standing = {
    goodAt: now - hourMs,
    isOverdue: false,
    failure: undefined,
    report: { drilledAt: now - hourMs, doubts: [] },
  }
  const states = [
    undefined,
    good,
    { ...good, isOverdue: true },
    { ...good, failure: 'no space' },
    { ...good, goodAt: undefined, report: undefined },
    { ...good, report: { drilledAt: now, doubts: ['a record does not open'] } },
  ].map((standing) => checkBackups(standing, now).state)
  assert.deepEqual(states, ['warning', 'ok', 'failure', 'failure', 'warning', 'failure'])
})

test('the machine: dumps and swap', () => {
  assert.equal(checkDumps('Max core file size        0        0  bytes').state, 'ok')
  assert.equal(checkDumps('Max core file size        unlimited  unlimited  bytes').state, 'warning')
  assert.equal(checkSwap('Filename Type Size\n').state, 'ok')
  assert.equal(checkSwap('Filename Type Size\n/dev/sda2 partition 1\n').state, 'warning')
})

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-doctor-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  writeFileSync(join(folder, 'store.db'), '', { mode: 0o600 })
  mkdirSync(join(folder, 'journal'), { mode: 0o700 })
  writeFileSync(join(folder, 'journal', 'segment'), '', { mode: 0o600 })

  test('modes, one level down as well', () => {
    assert.equal(checkFiles(folder).state, 'ok')
    chmodSync(join(folder, 'journal', 'segment'), 0o640)
    const { state, words } = checkFiles(folder)
    assert.equal(state, 'failure')
    assert.match(words, /run chmod go= \S+journal\/segment$/)
    chmodSync(join(folder, 'journal', 'segment'), 0o600)
  })

  test('what functions run may be read by their users, and changed by nobody else', () => {
    const code = join(folder, 'functions', 'code')
    mkdirSync(code, { recursive: true })
    chmodSync(join(folder, 'functions'), 0o700)
    chmodSync(code, 0o755)
    assert.equal(checkFiles(folder).state, 'ok')
    chmodSync(code, 0o775)
    assert.match(checkFiles(folder).words, /run chmod go= \S+functions\/code$/)
    rmSync(join(folder, 'functions'), { recursive: true })
  })

  test('owners', () => {
    assert.match(checkFiles(folder, 54_321).words, /run chown 54321 \S+/)
  })

  test('a key beside what it protects, and keys of the past', () => {
    const key = join(folder, 'root.key')
    assert.deepEqual(checkKeyFile(folder, key), [])
    writeFileSync(key, '', { mode: 0o600 })
    writeFileSync(`${key}.until-20300101T000000Z`, '', { mode: 0o600 })
    assert.deepEqual(
      checkKeyFile(folder, key).map(({ name }) => name),
      ['key file', 'old keys'],
    )
  })
})

test('functions: at which level they run, what does not hold there, and how to mend it', () => {
  const measures = [
    { holds: true, words: 'an own view of files' },
    { holds: false, words: 'the network is shared' },
  ]
  assert.deepEqual(checkIsolation({ level: 'namespaces', measures }), {
    ...{ name: 'functions', state: 'ok' },
    words: 'functions run at level namespaces; the network is shared',
  })
  const { state, words } = checkIsolation({ level: 'process', measures })
  assert.equal(state, 'warning')
  assert.match(words, /^functions run at level process; the network is shared: serve as root, or/)
})
