/**
 * Log groups and streams.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  GetLogEventsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { groupArn, raiseScene, refused, type Scene } from './scene.ts'

const absent = 'The specified log group does not exist.'
let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const make = (logGroupName: string, input = {}) =>
  scene.root.send(new CreateLogGroupCommand({ logGroupName, ...input }))
const describe = async (logGroupNamePrefix: string) =>
  (await scene.root.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }))).logGroups ?? []

test('out of bounds: names, keys, classes, days', async () => {
  await refused(make('no name'), 'ValidationException')
  await refused(make('/keyed', { kmsKeyId: 'arn:x' }), 'InvalidParameterException', /not offered/)
  await refused(
    make('/classed', { logGroupClass: 'DELIVERY' }),
    'InvalidParameterException',
    /not offered/,
  )
  const logGroupName = await scene.group()
  const odd = new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 2 })
  await refused(scene.root.send(odd), 'InvalidParameterException', /Valid values are: \[1, 3, 5/)
})

test('not allowed: by the name of the group', async () => {
  const someone = await scene.as('logs:*', `${groupArn('/mine')}:*`)
  await someone.send(new CreateLogGroupCommand({ logGroupName: '/mine' }))
  await refused(
    someone.send(new CreateLogGroupCommand({ logGroupName: '/theirs' })),
    'AccessDeniedException',
    /logs:CreateLogGroup on resource: arn:aws:logs:us-east-1:000000000000:log-group:\/theirs:log-stream: because/,
  )
})

test('absent: in every call', async () => {
  const gone = { logGroupName: '/absent' }
  for (const command of [
    new DeleteLogGroupCommand(gone),
    new CreateLogStreamCommand({ ...gone, logStreamName: 's' }),
    new DescribeLogStreamsCommand(gone),
    new PutRetentionPolicyCommand({ ...gone, retentionInDays: 1 }),
    new DeleteRetentionPolicyCommand(gone),
    new TagResourceCommand({ resourceArn: groupArn('/absent'), tags: { a: 'b' } }),
    new ListTagsForResourceCommand({ resourceArn: groupArn('/absent') }),
  ]) {
    await refused(scene.root.send(command as never), 'ResourceNotFoundException', absent)
  }
})

test('done, done twice, kept for some days, tagged, deleted', async () => {
  const logGroupName = '/whole'
  await make(logGroupName, { tags: { team: 'one' } })
  await refused(
    make(logGroupName),
    'ResourceAlreadyExistsException',
    'The specified log group already exists',
  )
  await scene.root.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 14 }))
  const [{ creationTime, ...shown } = {}] = await describe(logGroupName)
  assert.equal(typeof creationTime, 'number')
  assert.deepEqual(shown, {
    ...{ logGroupName, retentionInDays: 14, metricFilterCount: 0, storedBytes: 0 },
    arn: `${groupArn(logGroupName)}:*`,
    logGroupArn: groupArn(logGroupName),
    ...{ logGroupClass: 'STANDARD', deletionProtectionEnabled: false },
  })
  await scene.root.send(new DeleteRetentionPolicyCommand({ logGroupName }))
  assert.equal((await describe(logGroupName))[0]?.retentionInDays, undefined)
  const resourceArn = groupArn(logGroupName)
  await scene.root.send(new TagResourceCommand({ resourceArn, tags: { stage: 'prod' } }))
  const { tags } = await scene.root.send(new ListTagsForResourceCommand({ resourceArn }))
  assert.deepEqual(tags, { team: 'one', stage: 'prod' })
  await scene.root.send(new DeleteLogGroupCommand({ logGroupName }))
  assert.deepEqual(await describe(logGroupName), [])
})

test('a protected group is not deleted', async () => {
  await make('/protected', { deletionProtectionEnabled: true })
  const sent = scene.root.send(new DeleteLogGroupCommand({ logGroupName: '/protected' }))
  await refused(sent, 'OperationAbortedException')
})

test('a group made anew does not show the old one', async () => {
  const logGroupName = await scene.group('s')
  await scene.put(logGroupName, 's', [[Date.now(), 'old']])
  await scene.root.send(new DeleteLogGroupCommand({ logGroupName }))
  await make(logGroupName)
  await scene.root.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 's' }))
  const read = new GetLogEventsCommand({ logGroupName, logStreamName: 's' })
  assert.deepEqual((await scene.root.send(read)).events, [])
})

test('groups page by page, and by a part of their names', async () => {
  for (const name of ['/page/a', '/page/b', '/page/Cat']) await make(name)
  const names: (string | undefined)[] = []
  let nextToken: string | undefined
  do {
    const asked = { logGroupNamePrefix: '/page', limit: 1, nextToken }
    const page = await scene.root.send(new DescribeLogGroupsCommand(asked))
    names.push(...(page.logGroups ?? []).map(({ logGroupName }) => logGroupName))
    nextToken = page.nextToken
  } while (nextToken)
  assert.deepEqual(names, ['/page/Cat', '/page/a', '/page/b'])
  const byPart = new DescribeLogGroupsCommand({ logGroupNamePattern: 'AGE/CA' })
  assert.equal((await scene.root.send(byPart)).logGroups?.[0]?.logGroupName, '/page/Cat')
})

test('streams by name and by their last event', async () => {
  const logGroupName = await scene.group('a', 'b', 'c')
  const taken = scene.root.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'a' }))
  await refused(taken, 'ResourceAlreadyExistsException', 'The specified log stream already exists')
  const now = Date.now()
  await scene.put(logGroupName, 'b', [[now - 5, 'x']])
  await scene.put(logGroupName, 'a', [[now - 1, 'x']])
  const names = async (input: object) => {
    const asked = new DescribeLogStreamsCommand({ logGroupName, ...input })
    const { logStreams = [] } = await scene.root.send(asked)
    return logStreams.map(({ logStreamName }) => logStreamName)
  }
  assert.deepEqual(await names({}), ['a', 'b', 'c'])
  assert.deepEqual(await names({ descending: true, limit: 2 }), ['c', 'b'])
  assert.deepEqual(await names({ orderBy: 'LastEventTime', descending: true }), ['a', 'b', 'c'])
  assert.deepEqual(await names({ logStreamNamePrefix: 'b' }), ['b'])
})
