/**
 * Lines in and out.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CloudWatchLogsClient,
  FilterLogEventsCommand,
  type FilterLogEventsCommandInput,
  GetLogEventsCommand,
  type GetLogEventsCommandInput,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  TestMetricFilterCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { untilEqual } from '../../until.ts'
import { type Line, raiseScene, refused, type Scene } from './scene.ts'

const minute = 60_000
const day = 24 * 60 * minute
const now = Date.now()
let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const get = (input: GetLogEventsCommandInput) => scene.root.send(new GetLogEventsCommand(input))
const messages = (page: { events?: { message?: string | undefined }[] | undefined }) =>
  (page.events ?? []).map(({ message }) => message)
const filtered = async (input: FilterLogEventsCommandInput) => {
  const found: (string | undefined)[] = []
  let nextToken: string | undefined
  do {
    const page = await scene.root.send(new FilterLogEventsCommand({ ...input, nextToken }))
    found.push(...messages(page))
    nextToken = page.nextToken
  } while (nextToken)
  return found
}

test('out of bounds: lines without order, over a day, too many bytes; a stream that is not there', async () => {
  const group = await scene.group('s')
  const put = (lines: Line[], stream = 's') => scene.put(group, stream, lines)
  await refused(
    put([
      [now, 'b'],
      [now - 1, 'a'],
    ]),
    'InvalidParameterException',
    /chronological order/,
  )
  await refused(
    put([
      [now - day - 1, 'a'],
      [now, 'b'],
    ]),
    'InvalidParameterException',
    /24 hours/,
  )
  await refused(put([[now, 'x'.repeat(1 << 20)]]), 'InvalidParameterException', /Upload too large/)
  await refused(
    put([[now, 'x']], 'absent'),
    'ResourceNotFoundException',
    'The specified log stream does not exist.',
  )
})

test('not allowed', async () => {
  const logGroupName = await scene.group('s')
  const nobody = await scene.as('logs:GetLogEvents')
  const logEvents = [{ timestamp: now, message: 'x' }]
  const put = new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents })
  await refused(
    nobody.send(put),
    'AccessDeniedException',
    /logs:PutLogEvents .*log-stream:s because/,
  )
})

test('what is too old or too new is left out, and told', async () => {
  const logGroupName = await scene.group('s')
  const sent = async (...times: number[]) => {
    const logEvents = times.map((timestamp) => ({ timestamp, message: 'x' }))
    const put = new PutLogEventsCommand({ logGroupName, logStreamName: 's', logEvents })
    return (await scene.root.send(put)).rejectedLogEventsInfo
  }
  assert.deepEqual(await sent(now - 15 * day, now - 15 * day + 1), { tooOldLogEventEndIndex: 2 })
  assert.deepEqual(await sent(now, now + day / 2), { tooNewLogEventStartIndex: 1 })
  assert.equal(await sent(now), undefined)
  assert.equal((await get({ logGroupName, logStreamName: 's' })).events?.length, 2)
})

test('read from the start, from the end, and on in both directions', async () => {
  const logGroupName = await scene.group('s', 'other')
  const lines = Array.from({ length: 10 }, (_, n): Line => [now - 1000 + n, `line ${n}`])
  await scene.put(logGroupName, 's', lines)
  await scene.put(logGroupName, 'other', [[now - 995, 'not mine']])
  const stream = { logGroupName, logStreamName: 's', limit: 4 }
  const first = await get({ ...stream, startFromHead: true })
  assert.deepEqual(messages(first), ['line 0', 'line 1', 'line 2', 'line 3'])
  const second = await get({ ...stream, nextToken: first.nextForwardToken })
  assert.deepEqual(messages(second), ['line 4', 'line 5', 'line 6', 'line 7'])
  const back = await get({ ...stream, nextToken: second.nextBackwardToken })
  assert.deepEqual(messages(back), ['line 0', 'line 1', 'line 2', 'line 3'])
  const newest = await get(stream)
  assert.deepEqual(messages(newest), ['line 6', 'line 7', 'line 8', 'line 9'])
  const end = await get({ ...stream, nextToken: newest.nextForwardToken })
  assert.deepEqual(messages(end), [])
  await scene.put(logGroupName, 's', [[now, 'later']])
  const later = await get({ ...stream, nextToken: end.nextForwardToken })
  assert.deepEqual(messages(later), ['later'])
  await refused(get({ ...stream, nextToken: 'f/forged' }), 'InvalidParameterException')
})

test('lines that came late, and in many pieces, are read in the order of time', async () => {
  const logGroupName = await scene.group('a', 'b')
  const expected: Line[] = []
  // Each piece overlaps those before and behind it, on two streams.
  for (let piece = 0; piece < 30; piece++) {
    const start = now - 60 * minute + ((piece * 7) % 30) * 20_000
    const lines = Array.from({ length: 5 }, (_, n): Line => [start + n * 14_000, `${piece}/${n}`])
    expected.push(...lines)
    await scene.put(logGroupName, piece % 2 ? 'a' : 'b', lines)
  }
  const times = (all: Line[]) => all.map(([at]) => at)
  const sorted = expected.toSorted((a, b) => a[0] - b[0])
  const found: number[] = []
  let nextToken: string | undefined
  do {
    const asked = { logGroupName, limit: 11, nextToken }
    const page = await scene.root.send(new FilterLogEventsCommand(asked))
    found.push(...(page.events ?? []).map(({ timestamp = 0 }) => timestamp))
    nextToken = page.nextToken
  } while (nextToken)
  assert.deepEqual(found, times(sorted))
  const back: number[] = []
  let token: string | undefined
  do {
    const page = await get({ logGroupName, logStreamName: 'a', limit: 7, nextToken: token })
    if (page.events?.length === 0) break
    back.unshift(...(page.events ?? []).map(({ timestamp = 0 }) => timestamp))
    token = page.nextBackwardToken
  } while (token)
  const ofA = sorted.filter(([, text]) => Number(text.split('/')[0]) % 2 === 1)
  assert.deepEqual(back, times(ofA))
})

test('within times', async () => {
  const logGroupName = await scene.group('s')
  const lines = Array.from({ length: 10 }, (_, n): Line => [now - 1000 + n, `${n}`])
  await scene.put(logGroupName, 's', lines)
  const window = { startTime: now - 997, endTime: now - 994 }
  assert.deepEqual(await filtered({ logGroupName, ...window }), ['3', '4', '5'])
  const page = await get({ logGroupName, logStreamName: 's', ...window })
  assert.deepEqual(messages(page), ['3', '4', '5'])
})

const spoken = [
  'GET /a 200',
  'ERROR GET /b 500',
  'ERROR slow',
  '{"level":"error","code":503,"user":{"name":"ann"},"tags":["x","y"]}',
  '{"level":"info","code":200,"user":null,"ok":true}',
]

for (const [pattern, expected] of [
  ['', [0, 1, 2, 3, 4]],
  ['ERROR', [1, 2]],
  ['ERROR GET', [1]],
  ['ERROR -GET', [2]],
  ['"GET /a"', [0]],
  ['?slow ?"/a 200"', [0, 2]],
  ['{ $.level = "error" }', [3]],
  ['{ $.level = "err*" && $.code >= 500 }', [3]],
  ['{ $.code = 200 || $.user.name = "ann" }', [3, 4]],
  ['{ ($.code < 300) && ($.level != "error") }', [4]],
  ['{ $.tags[1] = "y" }', [3]],
  ['{ $.user IS NULL }', [4]],
  ['{ $.ok IS TRUE }', [4]],
  ['{ $.ok NOT EXISTS }', [3]],
] as const) {
  test(`the pattern ${pattern || '(none)'} means the same for stored and for given lines`, async () => {
    const given = new TestMetricFilterCommand({ filterPattern: pattern, logEventMessages: spoken })
    const { matches = [] } = await scene.root.send(given)
    assert.deepEqual(
      matches.map(({ eventNumber = 0 }) => Number(eventNumber) - 1),
      [...expected],
    )
    const logGroupName = await scene.group('s')
    await scene.put(
      logGroupName,
      's',
      spoken.map((message, n): Line => [now + n, message]),
    )
    const found = await filtered({ logGroupName, filterPattern: pattern })
    assert.deepEqual(
      found,
      expected.map((n) => spoken[n]),
    )
  })
}

for (const pattern of [
  '{ $.a',
  '{ $.a = }',
  '{ a = 1 }',
  '{ $.a IS ODD }',
  '[a, b]',
  '%x%',
  `{ ${'('.repeat(99)} }`,
]) {
  test(`out of bounds: the pattern ${pattern.slice(0, 20)}`, async () => {
    const given = new TestMetricFilterCommand({ filterPattern: pattern, logEventMessages: ['x'] })
    await refused(scene.root.send(given), 'InvalidParameterException')
  })
}

test('retention: what is behind it goes', async () => {
  await using later = await raiseScene()
  const logGroupName = await later.group('s')
  await later.put(logGroupName, 's', [[now - 2 * day, 'too old']])
  await later.put(logGroupName, 's', [[now, 'kept']])
  await later.root.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 1 }))
  // What is due is done at the start, and is not waited for.
  await later.house.restart()
  const client = new CloudWatchLogsClient(later.house.client())
  const left = async () => messages(await client.send(new FilterLogEventsCommand({ logGroupName })))
  await untilEqual(left, ['kept'])
})
