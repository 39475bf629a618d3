/** Rules and their targets: what is refused, and what is done. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CreateEventBusCommand,
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  type PutRuleCommandInput,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  type Target,
  TestEventPatternCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eventbridge'
import type { Keys } from '../../house.ts'
import { account, raiseScene } from '../sts/scene.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house } = scene
const events = (keys?: Keys) => new EventBridgeClient(house.client(keys))
const root = events()
after(() => root.destroy())
const EventPattern = '{"source":["mine"]}'
const arnOf = (name: string) => `arn:aws:events:us-east-1:${account}:rule/${name}`
const group = (name: string) => `arn:aws:logs:us-east-1:${account}:log-group:/aws/events/${name}`
const rule = (Name: string, more: Partial<PutRuleCommandInput> = { EventPattern }) =>
  root.send(new PutRuleCommand({ Name, ...more }))
const targets = (Rule: string, ...Targets: Target[]) =>
  root.send(new PutTargetsCommand({ Rule, Targets }))

const refused = (name: string, message: string | RegExp) => ({ name, message })

test('PutRule: not signed, malformed, not allowed', async () => {
  const wrong = events({ ...house.root, secretAccessKey: 'x'.repeat(40) })
  await assert.rejects(wrong.send(new ListRulesCommand({})), { name: 'InvalidSignatureException' })
  await assert.rejects(
    rule('not fit!'),
    refused('ValidationException', /regular expression pattern/),
  )
  await assert.rejects(
    rule('n'.repeat(65)),
    refused('ValidationException', /less than or equal to 64/),
  )
  const bob = events(await scene.user('bob'))
  await assert.rejects(bob.send(new PutRuleCommand({ Name: 'bobs', EventPattern })), {
    name: 'AccessDeniedException',
    message: new RegExp(`events:PutRule on resource: ${arnOf('bobs')} `),
  })
})

for (const [name, input, code, message] of [
  [
    'nothing to wait for',
    {},
    'ValidationException',
    'Parameter(s) EventPattern or ScheduleExpression must be specified.',
  ],
  [
    'a pattern that is none',
    { EventPattern: '{"a":"b"}' },
    'InvalidEventPatternException',
    'Event pattern is not valid. Reason: "a" must be an object or an array',
  ],
  [
    'a schedule that is none',
    { ScheduleExpression: 'rate(1 minutes)' },
    'ValidationException',
    'Parameter ScheduleExpression is not valid.',
  ],
  [
    'a bus that is not there',
    { EventPattern, EventBusName: 'nowhere' },
    'ResourceNotFoundException',
    'Event bus nowhere does not exist.',
  ],
  [
    "another account's bus",
    { EventPattern, EventBusName: 'arn:aws:events:us-east-1:111111111111:event-bus/default' },
    'ValidationException',
    /rules stand on buses of the caller/,
  ],
  [
    "another account's role",
    { EventPattern, RoleArn: 'arn:aws:iam::111111111111:role/r' },
    'ValidationException',
    /is no role of this account/,
  ],
] as const) {
  test(`PutRule: ${name}`, () => assert.rejects(rule('refused', input), refused(code, message)))
}

test('PutRule: a schedule on a bus of the caller', async () => {
  await root.send(new CreateEventBusCommand({ Name: 'timeless' }))
  const input = { ScheduleExpression: 'rate(1 hour)', EventBusName: 'timeless' }
  const words = 'ScheduleExpression is supported only on the default event bus.'
  await assert.rejects(rule('timed', input), refused('ValidationException', words))
})

test('DescribeRule, DeleteRule: one that is not there', async () => {
  const words = 'Rule nobody does not exist on EventBus default.'
  await assert.rejects(
    root.send(new DescribeRuleCommand({ Name: 'nobody' })),
    refused('ResourceNotFoundException', words),
  )
  await root.send(new DeleteRuleCommand({ Name: 'nobody' }))
  for (const command of [
    new EnableRuleCommand({ Name: 'nobody' }),
    new DisableRuleCommand({ Name: 'nobody' }),
  ]) {
    await assert.rejects(root.send(command as EnableRuleCommand), {
      name: 'ResourceNotFoundException',
    })
  }
})

test('PutRule: made, described, set anew as a whole; its targets and tags stay', async () => {
  const Tags = [{ Key: 'team', Value: 'a' }]
  const made = await rule('whole', { EventPattern, Description: 'first', Tags })
  assert.equal(made.RuleArn, arnOf('whole'))
  await targets('whole', { Id: 'log', Arn: group('x') })
  await rule('whole', { ScheduleExpression: 'rate(1 hour)', State: 'DISABLED' })
  const { $metadata, ...now } = await root.send(new DescribeRuleCommand({ Name: 'whole' }))
  assert.deepEqual(now, {
    Name: 'whole',
    Arn: arnOf('whole'),
    ScheduleExpression: 'rate(1 hour)',
    State: 'DISABLED',
    EventBusName: 'default',
    CreatedBy: account,
  })
  const { Targets } = await root.send(new ListTargetsByRuleCommand({ Rule: 'whole' }))
  assert.deepEqual(Targets, [{ Id: 'log', Arn: group('x') }])
  const ResourceARN = arnOf('whole')
  assert.deepEqual((await root.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags, Tags)
  await rule('whole', { EventPattern, Tags })
  const others = [{ Key: 'team', Value: 'b' }]
  await assert.rejects(rule('whole', { EventPattern, Tags: others }), {
    name: 'ValidationException',
    message: 'Tags of a rule that is there are set by TagResource.',
  })
})

test('TagResource, UntagResource: done, done twice, of what is not there', async () => {
  await rule('tagged')
  const ResourceARN = arnOf('tagged')
  const tags = async () => (await root.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags
  await root.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'a', Value: '1' }] }))
  const Tags = [
    { Key: 'a', Value: '2' },
    { Key: 'b', Value: '3' },
  ]
  await root.send(new TagResourceCommand({ ResourceARN, Tags }))
  assert.deepEqual(await tags(), Tags)
  await root.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a', 'z'] }))
  assert.deepEqual(await tags(), [{ Key: 'b', Value: '3' }])
  const gone = { ResourceARN: arnOf('gone') }
  await assert.rejects(root.send(new ListTagsForResourceCommand(gone)), {
    name: 'ResourceNotFoundException',
    message: 'Rule gone does not exist on EventBus default.',
  })
  await assert.rejects(
    root.send(new TagResourceCommand({ ResourceARN: 'arn:aws:s3:::bucket', Tags })),
    { name: 'ValidationException' },
  )
})

test('EnableRule, DisableRule', async () => {
  await rule('resting', { ScheduleExpression: 'rate(1 hour)' })
  const state = async () => (await root.send(new DescribeRuleCommand({ Name: 'resting' }))).State
  for (let twice = 0; twice < 2; twice++) {
    await root.send(new DisableRuleCommand({ Name: 'resting' }))
    assert.equal(await state(), 'DISABLED')
  }
  await root.send(new EnableRuleCommand({ Name: 'resting' }))
  assert.equal(await state(), 'ENABLED')
})

for (const [name, target, message] of [
  [
    'a queue',
    { Id: 'a', Arn: `arn:aws:sqs:us-east-1:${account}:q` },
    /Target a is not offered here/,
  ],
  [
    'a log group of another name',
    { Id: 'a', Arn: `arn:aws:logs:us-east-1:${account}:log-group:x` },
    /not offered here/,
  ],
  [
    "another account's log group",
    { Id: 'a', Arn: group('x').replace(account, '111111111111') },
    /not in the account/,
  ],
  [
    "another region's",
    { Id: 'a', Arn: group('x').replace('us-east-1', 'eu-west-1') },
    /not in the account and region/,
  ],
  [
    'a queue for dead letters',
    { Id: 'a', Arn: group('x'), DeadLetterConfig: { Arn: `arn:aws:sqs:us-east-1:${account}:q` } },
    /DeadLetterConfig is not offered here: there are no queues/,
  ],
  [
    'parameters for other targets',
    { Id: 'a', Arn: group('x'), SqsParameters: { MessageGroupId: 'g' } },
    /SqsParameters is not offered/,
  ],
  [
    'a role for a log group',
    { Id: 'a', Arn: group('x'), RoleArn: `arn:aws:iam::${account}:role/r` },
    /RoleArn is not offered/,
  ],
  [
    'two inputs',
    { Id: 'a', Arn: group('x'), Input: '{}', InputPath: '$.a' },
    'Only one of Input, InputPath, or InputTransformer must be provided for target a.',
  ],
  ['an input that is no JSON', { Id: 'a', Arn: group('x'), Input: 'x' }, /JSON syntax error/],
  ['a path that is none', { Id: 'a', Arn: group('x'), InputPath: 'detail' }, /Invalid JSONPath/],
  [
    'a placeholder that nobody knows',
    { Id: 'a', Arn: group('x'), InputTransformer: { InputTemplate: '"<nobody>"' } },
    'InputTemplate for target a contains invalid placeholder nobody.',
  ],
  ['an id that is not fit', { Id: '!', Arn: group('x') }, /targets\.1\.member\.id/],
] as const) {
  test(`PutTargets: ${name}`, async () => {
    await rule('aiming')
    await assert.rejects(targets('aiming', target), refused('ValidationException', message))
  })
}

test('PutTargets: an API destination that is not there, a rule that is not there', async () => {
  const Arn = `arn:aws:events:us-east-1:${account}:api-destination/gone/1`
  await rule('aiming')
  await assert.rejects(targets('aiming', { Id: 'a', Arn }), { name: 'ResourceNotFoundException' })
  await assert.rejects(targets('nobody', { Id: 'a', Arn }), {
    message: 'Rule nobody does not exist on EventBus default.',
  })
})

test('PutTargets: five at most; RemoveTargets; a rule with targets stays', async () => {
  await rule('full')
  const five = ['a', 'b', 'c', 'd', 'e'].map((Id) => ({ Id, Arn: group(Id) }))
  const { FailedEntryCount } = await targets('full', ...five)
  assert.equal(FailedEntryCount, 0)
  await assert.rejects(targets('full', { Id: 'f', Arn: group('f') }), {
    name: 'LimitExceededException',
    message: 'The requested resource exceeds the maximum number allowed.',
  })
  await targets('full', { Id: 'a', Arn: group('other'), InputPath: '$.detail' })
  const first = await root.send(new ListTargetsByRuleCommand({ Rule: 'full', Limit: 3 }))
  assert.deepEqual(
    first.Targets?.map(({ Id }) => Id),
    ['a', 'b', 'c'],
  )
  assert.deepEqual(first.Targets?.[0], { Id: 'a', Arn: group('other'), InputPath: '$.detail' })
  const { NextToken } = first
  const rest = await root.send(new ListTargetsByRuleCommand({ Rule: 'full', NextToken }))
  assert.deepEqual(
    rest.Targets?.map(({ Id }) => Id),
    ['d', 'e'],
  )
  await assert.rejects(root.send(new DeleteRuleCommand({ Name: 'full' })), {
    name: 'ValidationException',
    message: "Rule can't be deleted since it has targets.",
  })
  const Ids = ['a', 'b', 'c', 'd', 'e', 'never']
  await root.send(new RemoveTargetsCommand({ Rule: 'full', Ids }))
  await root.send(new DeleteRuleCommand({ Name: 'full' }))
  await assert.rejects(root.send(new DescribeRuleCommand({ Name: 'full' })), {
    name: 'ResourceNotFoundException',
  })
})

test('ListRules, ListRuleNamesByTarget: page by page, by prefix, of a bus', async () => {
  const names = ['page-1', 'page-2', 'page-3']
  for (const name of names) {
    await rule(name)
    await targets(name, { Id: 'a', Arn: group('shared') })
  }
  const first = await root.send(new ListRulesCommand({ NamePrefix: 'page-', Limit: 2 }))
  assert.deepEqual(
    first.Rules?.map(({ Name }) => Name),
    ['page-1', 'page-2'],
  )
  const { NextToken } = first
  const rest = await root.send(new ListRulesCommand({ NamePrefix: 'page-', NextToken }))
  assert.deepEqual(
    rest.Rules?.map(({ Arn }) => Arn),
    [arnOf('page-3')],
  )
  await assert.rejects(root.send(new ListRulesCommand({ NamePrefix: 'other', NextToken })), {
    name: 'ValidationException',
  })
  const TargetArn = group('shared')
  const one = await root.send(new ListRuleNamesByTargetCommand({ TargetArn, Limit: 1 }))
  assert.deepEqual(one.RuleNames, ['page-1'])
  const more = { TargetArn, NextToken: one.NextToken }
  const others = await root.send(new ListRuleNamesByTargetCommand(more))
  assert.deepEqual(others.RuleNames, ['page-2', 'page-3'])
  await assert.rejects(root.send(new ListRulesCommand({ EventBusName: 'nowhere' })), {
    name: 'ResourceNotFoundException',
    message: 'Event bus nowhere does not exist.',
  })
})

test('TestEventPattern: by the function that decides about live events', async () => {
  const ask = (pattern: string, Event: string) =>
    root.send(new TestEventPatternCommand({ EventPattern: pattern, Event }))
  assert.equal((await ask('{"a":[{"prefix":"x"}]}', '{"a":"xy"}')).Result, true)
  assert.equal((await ask('{"a":[{"prefix":"x"}]}', '{"a":"y"}')).Result, false)
  await assert.rejects(ask('{"a":[{"numeric":1}]}', '{}'), {
    name: 'InvalidEventPatternException',
    message: 'Event pattern is not valid. Reason: Value of numeric must be an array.',
  })
  for (const none of ['plain', '[]', '1']) {
    await assert.rejects(ask('{"a":["x"]}', none), {
      name: 'ValidationException',
      message: 'Parameter Event is not valid.',
    })
  }
})
