/** Each detection at its boundaries: what is still ordinary, and what is not. */
import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { dayMs, hourMs, minuteMs, secondMs } from '../../lib/clock.ts'
import type { Act } from '../act.ts'
import type { Detector, Finding } from '../detection.ts'
import { Memory } from '../memory.ts'
import type { Facts, Mind, Thing } from '../mind.ts'
import { Windows } from '../windows.ts'
import { denials } from './denials.ts'
import { newReader } from './new-reader.ts'
import { readRate } from './read-rate.ts'
import { root } from './root.ts'

const now = 20_000 * dayMs
const secret = 'arn:aws:secretsmanager:us-east-1:1:secret:s-AbCdEf'
const reader = 'arn:aws:iam::1:role/reader'

const act = (more: Partial<Act> = {}): Act => ({
  ...{ at: now, account: '1', region: 'r', service: 'secretsmanager', name: 'GetSecretValue' },
  ...{ principal: reader, isRoot: false, isGuest: false, isInner: false, resources: [secret] },
  ...{ requestId: 'q', record: {} as Act['record'], ...more },
})

const facts = (more: Partial<Facts> = {}): Facts => ({
  thing: async (): Promise<Thing> => ({ createdAt: now - 100 * dayMs, tags: [] }),
  rotatorOf: async () => undefined,
  hasPrincipalBefore: async () => true,
  overdue: async () => [],
  ...more,
})

const mind = (more: Partial<Mind> = {}): Mind => ({
  memory: new Memory(async () => undefined, createSecretKey(randomBytes(32)), 1000),
  facts: facts(),
  limits: { learningMs: dayMs, denials: 3, reads: 10, times: 4 },
  windows: new Windows(),
  since: now - 100 * dayMs,
  ...more,
})

async function foundBy(detector: Detector, acts: readonly Act[], lent: Mind): Promise<Finding[]> {
  const all: Finding[] = []
  for (const each of acts) {
    const found = await detector.look?.(each, lent)
    if (found) all.push(...('severity' in found ? [found] : found))
  }
  return all
}
const count = async (...asked: Parameters<typeof foundBy>) => (await foundBy(...asked)).length

describe('new-reader', () => {
  const made = (createdAt: number, of: string) => ({
    facts: facts({
      thing: async (arn) => ({ createdAt: arn === of ? createdAt : now - 100 * dayMs, tags: [] }),
    }),
  })
  const cases: readonly (readonly [string, readonly Act[], Partial<Mind>, number])[] = [
    ['is told the first time alone', [act(), act()], {}, 1],
    ['not of a call that failed', [act({ error: 'AccessDenied' })], {}, 0],
    ['not of root', [act({ isRoot: true })], {}, 0],
    ['not of who wrote a value', [act({ name: 'PutSecretValue' }), act()], {}, 0],
    ['not of a secret that is young', [act()], made(now - dayMs + 1, secret), 0],
    ['of a secret that is not young any more', [act()], made(now - dayMs, secret), 1],
    ['not of a principal that is young', [act()], made(now - dayMs + 1, reader), 0],
    ['not while detections are young', [act()], { since: now - dayMs + 1 }, 0],
    ['not of the rotator', [act()], { facts: facts({ rotatorOf: async () => reader }) }, 0],
    [
      'of a principal of which nothing is known',
      [act()],
      {
        facts: facts({
          thing: async (arn) => (arn === secret ? { createdAt: 0, tags: [] } : undefined),
        }),
      },
      1,
    ],
  ]
  for (const [title, acts, more, expected] of cases) {
    test(title, async () => assert.equal(await count(newReader, acts, mind(more)), expected))
  }
})

describe('denials', () => {
  const denied = (at: number, more: Partial<Act> = {}) =>
    act({ at, error: 'AccessDenied', requestId: String(at), ...more })
  const cases: readonly (readonly [string, readonly Act[], number])[] = [
    ['two are few', [0, 1].map((at) => denied(now + at)), 0],
    ['three within five minutes are not', [0, 1, 2].map((at) => denied(now + at)), 1],
    ['each further one counts', [0, 1, 2, 3, 4].map((at) => denied(now + at)), 3],
    ['over a longer time they are few', [0, 3, 6].map((at) => denied(now + at * minuteMs)), 0],
    [
      'those of several principals are not added',
      ['a', 'b', 'c'].map((principal, at) => denied(now + at, { principal })),
      0,
    ],
    [
      'the parts of a batch are one',
      Array.from({ length: 9 }, () => denied(now, { requestId: 'batch' })),
      0,
    ],
    [
      'calls inside another are not counted',
      [0, 1, 2].map((at) => denied(now + at, { isInner: true })),
      0,
    ],
  ]
  for (const [title, acts, expected] of cases) {
    test(title, async () => assert.equal(await count(denials, acts, mind()), expected))
  }
})

describe('read-rate', () => {
  const reads = (times: number, from: number) =>
    Array.from({ length: times }, (_, at) => act({ at: from + at }))
  /** So many in a window, days ago. */
  const usual = (times: number) => [...reads(times, now - 5 * dayMs), ...reads(1, now - 3 * dayMs)]

  test('who is new may read times the few', async () => {
    assert.equal(await count(readRate, reads(39, now), mind()), 0)
    assert.equal(await count(readRate, reads(90, now), mind()), 1)
  })

  test('who has read little is told of from the few on, once a window', async () => {
    assert.equal(await count(readRate, [...usual(1), ...reads(9, now)], mind()), 0)
    assert.equal(await count(readRate, [...usual(1), ...reads(50, now)], mind()), 1)
  })

  test('who usually reads much is told of at times as much', async () => {
    const [finding] = await foundBy(readRate, [...usual(20), ...reads(90, now)], mind())
    const [, times = '', before = ''] =
      /read (\d+) times .* at most (\d+) before/.exec(finding?.words ?? '') ?? []
    // It has halved in part since then.
    assert.ok(Number(before) > 10 && Number(before) <= 20, before)
    assert.equal(Number(times), Number(before) * 4)
  })

  test('what was far above becomes usual', async () => {
    const lent = mind()
    await foundBy(readRate, [...usual(1), ...reads(90, now)], lent)
    assert.equal(await count(readRate, reads(90, now + hourMs), lent), 0)
  })

  test('what a service opens for the caller is not counted twice', async () => {
    const inner = reads(90, now).map((each) => ({
      ...each,
      ...{ service: 'kms', name: 'Decrypt', isInner: true },
    }))
    assert.equal(await count(readRate, inner, mind()), 0)
  })
})

describe('root', () => {
  const asRoot = (more: Partial<Act> = {}) => act({ isRoot: true, ...more })
  const alone = { facts: facts({ hasPrincipalBefore: async () => false }) }
  const cases: readonly (readonly [string, Act, Partial<Mind>, number])[] = [
    ['is told', asRoot(), {}, 1],
    ['not while there is nobody else', asRoot(), alone, 0],
    ['not for looking at alerts', asRoot({ name: 'ListAlerts' }), {}, 0],
    ['nobody else is root', act(), {}, 0],
  ]
  for (const [title, one, more, expected] of cases) {
    test(title, async () => assert.equal(await count(root, [one], mind(more)), expected))
  }

  test('asks for who was there before the time of learning', async () => {
    const asked: number[] = []
    const hasPrincipalBefore = async (_: string, at: number) => asked.push(at) > 0
    await foundBy(
      root,
      [asRoot({ at: now + secondMs })],
      mind({ facts: facts({ hasPrincipalBefore }) }),
    )
    assert.deepEqual(asked, [now + secondMs - dayMs])
  })
})
