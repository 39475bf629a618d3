/**
 * A disk that fails or is full. A write that could not be synced is not acknowledged and ends the
 * process; a full disk refuses writes, and they go on when there is space again. Nothing that was
 * acknowledged is lost by either.
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { verify } from '../../src/audit/verify/verify.ts'
import { lookInto } from '../../src/looking.ts'
import { raiseHouse, type TestHouse } from '../house.ts'
import type { Served } from '../process.ts'
import { callJson, keepAlive, type RawAnswer } from '../raw.ts'
import { untilEqual } from '../until.ts'
import { oneSentence, saidBy, serveFor, serveUntilEnd } from './child.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-disk-'))
after(() => {
  if (!noMount) spawnSync('umount', [mountPath])
  rmSync(folder, { recursive: true, force: true })
})

type Answering = Pick<Served & TestHouse, 'url' | 'root'>

const call = (house: Answering, operation: string, input: object): Promise<RawAnswer> =>
  callJson(`secretsmanager.${operation}`, input, { url: house.url, keys: house.root })

/** A secret of many pages, so that the log grows long soon. */
const create = (house: Answering, Name: string): Promise<RawAnswer> =>
  call(house, 'CreateSecret', {
    Name,
    SecretString: Name.padEnd(40_000, '.'),
    ClientRequestToken: randomUUID(),
  })

async function mustBeThere(house: Answering, names: readonly string[]): Promise<void> {
  for (const SecretId of names) {
    const { status, body } = await call(house, 'GetSecretValue', { SecretId })
    assert.equal(status, 200, `${SecretId} was acknowledged and is gone`)
    assert.equal(JSON.parse(body).SecretString, SecretId.padEnd(40_000, '.'))
  }
}

/** The names of the newest events of the audit. */
async function namesTold(house: Answering): Promise<string[]> {
  const options = { url: house.url, keys: house.root, service: 'strongroom' }
  const { body } = await callJson('Strongroom.TailAudit', { MaxResults: 200 }, options)
  const records: { CloudTrailEvent: string }[] = JSON.parse(body).Records
  return records.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent).eventName)
}

const syncs = 'fsync,fdatasync'

/** What strace is told so that this sync of a thread, or of a file's, fails. */
const failing = (nth: number, path?: string): string[] => [
  ...[
    '-f',
    '-o',
    '/dev/null',
    '-e',
    `trace=${syncs}`,
    '-e',
    `inject=${syncs}:error=EIO:when=${nth}`,
  ],
  ...(path === undefined ? [] : ['-P', path]),
]

const traced = spawnSync('strace', ['-o', '/dev/null', '-e', 'trace=fsync', 'true'])
const noTrace = traced.status === 0 ? false : 'strace is not here, or may not trace'

/** Lets a sync of a running process fail; resolves when it will. */
async function failSync(pid: number, nth: number, path?: string): Promise<void> {
  const tracer = spawn('strace', ['-p', String(pid), ...failing(nth, path)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  for await (const chunk of tracer.stderr) {
    said += chunk
    if (said.includes('attached')) return void tracer.stderr.resume()
  }
  assert.fail(`strace: ${said}`)
}

describe('a sync that fails', { skip: noTrace, concurrency: 2 }, () => {
  const whole = join(folder, 'whole')

  before(async () => {
    await using house = await raiseHouse({ dataPath: whole })
    await house.stop()
  })

  const cases = [
    ...[1, 2, 5].map((nth) => ({ what: `sync ${nth} of the writer`, nth, file: undefined })),
    { what: 'the first of the database itself', nth: 1, file: 'store.db' },
    { what: 'the first of the anchor', nth: 1, file: 'anchor.new' },
  ]
  for (const { what, nth, file } of cases) {
    test(`${what}: the process ends, and nothing acknowledged is lost`, async (t) => {
      const dataPath = mkdtempSync(join(folder, 'sync-'))
      cpSync(whole, dataPath, { recursive: true })
      const house = await serveFor(t, dataPath)
      const gone = once(house.child, 'exit')
      await failSync(house.child.pid ?? 0, nth, file && join(dataPath, file))
      const acknowledged: string[] = []
      let answer: RawAnswer | undefined
      do {
        const name = `sync/${acknowledged.length}`
        answer = await create(house, name).catch(() => undefined)
        if (answer?.status === 200) acknowledged.push(name)
      } while (answer?.status === 200 && acknowledged.length < 1000)
      assert.equal(answer, undefined, 'what was not synced has no answer')
      assert.deepEqual(await gone, [1, null])
      assert.match(house.stderr(), /^strongroom: a write failed \(.+\): stopping, so that nothing/m)
      await using again = await raiseHouse({ dataPath })
      await mustBeThere(again, acknowledged)
      assert.equal((await create(again, 'after')).status, 200)
      assert.deepEqual(again.complaints, [])
    })
  }

  // The 6th and 10th are SQLite's own of the folder, which it repeats in silence and we aloud.
  for (const nth of [1, 3, 5, 9, 13, 15]) {
    test(`sync ${nth} of the first start: refused, and the next start goes well`, async () => {
      const dataPath = mkdtempSync(join(folder, 'first-'))
      const flags = ['--listen', '127.0.0.1:0', '--data', dataPath]
      const ended = await serveUntilEnd(flags, { under: ['strace', '-D', ...failing(nth)] })
      assert.equal(ended.code, 1)
      assert.match(saidBy(ended), oneSentence)
      await using house = await raiseHouse({ dataPath })
      assert.equal((await create(house, 'after')).status, 200)
    })
  }
})

const mountPath = join(folder, 'small')
mkdirSync(mountPath)
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=700', 'tmpfs', mountPath])
const noMount = mounted.status === 0 ? false : 'this user may not mount a small file system'

describe('a disk that is full', { skip: noMount }, () => {
  const filler = join(mountPath, 'filler')
  // An I/O error is SQLite's word where the shared memory beside the index's log cannot grow.
  const words = /database or disk is full|disk I\/O error|ENOSPC: no space left on device, \w+/
  const noSpace = new RegExp(
    [
      'the store has no space left: free some, writes go on by themselves',
      'free some now, or nothing can be answered soon$',
      `^(?:the look-up index lags|[\\w ]+ waits?): Error: (?:${words.source})$`,
    ].join('|'),
  )

  function fill(): void {
    for (const size of [65_536, 4096, 512]) {
      try {
        for (;;) appendFileSync(filler, Buffer.alloc(size))
      } catch (thrown) {
        assert.equal((thrown as NodeJS.ErrnoException).code, 'ENOSPC')
      }
    }
  }

  test('refuses writes and reads, loses nothing, and goes on when there is space', async (t) => {
    t.after(() => rmSync(filler, { force: true }))
    await using house = await raiseHouse({ dataPath: join(mountPath, 'data') })
    const acknowledged: string[] = []
    assert.equal((await create(house, 'full/before')).status, 200)
    acknowledged.push('full/before')
    fill()
    let refused = await create(house, 'full/0')
    for (let n = 1; refused.status === 200; n++) {
      acknowledged.push(`full/${n - 1}`)
      refused = await create(house, `full/${n}`)
    }
    assert.equal(refused.status, 503)
    assert.deepEqual(JSON.parse(refused.body), { __type: 'ServiceUnavailableException' })
    // An answer that cannot be recorded is not given.
    const read = await call(house, 'GetSecretValue', { SecretId: 'full/before' })
    assert.equal(read.status, 503)
    assert.doesNotMatch(read.body, /full\/before/)
    const health = async () => {
      const answer = await fetch(`${house.url}/-/health`)
      const { status } = (await answer.json()) as { status: string }
      return [answer.status, status]
    }
    assert.deepEqual(await health(), [503, 'full'])
    // The anchor's second has passed, too.
    await sleep(1200)
    assert.equal((await create(house, 'full/never')).status, 503)
    for (const complaint of house.complaints) {
      assert.match(complaint, noSpace)
      assert.doesNotMatch(complaint, /full\//)
    }

    rmSync(filler)
    assert.equal((await create(house, 'full/after')).status, 200)
    assert.notEqual((await health())[1], 'full')
    acknowledged.push('full/after')
    const full = async () => (await namesTold(house)).filter((name) => name === 'StoreFull')
    // If the index took the space that was kept for it, it is put on record now.
    await untilEqual(full, ['StoreFull'])
    await mustBeThere(house, acknowledged)
    const never = await call(house, 'DescribeSecret', { SecretId: 'full/never' })
    assert.match(never.body, /ResourceNotFoundException/)
    await house.restart()
    await mustBeThere(house, acknowledged)
    await house.stop()
    const { findings } = verify({ ...(await lookInto(house.dataPath)), withRecords: true })
    assert.deepEqual(findings, [])
  })

  test('strangers cannot fill it: what they send leaves not a byte for each', async () => {
    await using house = await raiseHouse({ dataPath: join(mountPath, 'strangers') })
    await create(house, 'before')
    const used = () => {
      const { blocks, bfree, bsize } = statfsSync(mountPath)
      return (blocks - bfree) * bsize
    }
    const agent = keepAlive(8)
    const unknown = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'x'.repeat(40) }
    const wrong = { ...house.root, secretAccessKey: 'y'.repeat(40) }
    const large = { SecretId: 'x'.repeat(1500) }
    const send = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        const sent = Array.from({ length: 8 }, (_, n) =>
          callJson('secretsmanager.GetSecretValue', large, {
            ...{ url: house.url, agent },
            keys: n % 2 === 0 ? unknown : wrong,
          }),
        )
        for (const { status } of await Promise.all(sent)) assert.equal(status, 400)
      }
    }
    // What the creation before them brings along, its index for one, is written meanwhile.
    await send(50)
    const before = used()
    await send(200)
    agent.destroy()
    // Sixteen hundred requests of 1.5 KiB; a minute of them may have got its one record.
    assert.ok(used() - before < 64 << 10, `${used() - before} bytes were written`)
    assert.equal((await create(house, 'after')).status, 200)
    await house.stop()
    rmSync(house.dataPath, { recursive: true })
  })

  test('refuses a first start in one sentence, and leaves a folder that starts later', async () => {
    fill()
    const dataPath = join(mountPath, 'second')
    const ended = await serveUntilEnd(['--listen', '127.0.0.1:0', '--data', dataPath])
    assert.equal(ended.code, 1)
    assert.match(saidBy(ended), oneSentence)
    rmSync(filler)
    await using house = await raiseHouse({ dataPath })
    assert.equal((await create(house, 'later')).status, 200)
    await house.stop()
  })
})
