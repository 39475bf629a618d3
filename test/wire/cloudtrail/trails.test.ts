/** Trails: what may be made, as Terraform makes them, and what they then deliver. */
import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import {
  AddTagsCommand,
  CloudTrailClient,
  CreateTrailCommand,
  type CreateTrailCommandInput,
  DeleteTrailCommand,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetInsightSelectorsCommand,
  GetTrailCommand,
  GetTrailStatusCommand,
  ListPublicKeysCommand,
  ListTagsCommand,
  ListTrailsCommand,
  PutEventSelectorsCommand,
  type PutEventSelectorsCommandInput,
  RemoveTagsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail'
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import type { Keys } from '../../house.ts'
import { until } from '../../until.ts'
import { call } from '../strongroom/records.ts'
import { account, policy, raiseScene } from '../sts/scene.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-trails-'))
after(() => rmSync(folder, { recursive: true, force: true }))
const flags = { trailBuckets: `audit-bucket=${folder}`, auditFilesEvery: '1' }
const scene = await raiseScene({ flags })
after(() => scene[Symbol.asyncDispose]())
const { house } = scene
const trail = (keys?: Keys, region?: string) => new CloudTrailClient(house.client(keys, region))
const arnOf = (name: string, region = 'us-east-1') =>
  `arn:aws:cloudtrail:${region}:${account}:trail/${name}`
const create = (Name: string, more: Partial<CreateTrailCommandInput> = {}, region?: string) =>
  trail(house.root, region).send(
    new CreateTrailCommand({ Name, S3BucketName: 'audit-bucket', ...more }),
  )

test('CreateTrail: a wrong signature, a stranger to permissions', async () => {
  const wrong = { ...house.root, secretAccessKey: 'x'.repeat(40) }
  await assert.rejects(trail(wrong).send(new ListTrailsCommand({})), {
    name: 'InvalidSignatureException',
  })
  const bob = await scene.user('bob')
  await assert.rejects(
    trail(bob).send(new CreateTrailCommand({ Name: 'bobs', S3BucketName: 'audit-bucket' })),
    {
      name: 'AccessDeniedException',
      message: new RegExp(`cloudtrail:CreateTrail on resource: ${arnOf('bobs')} `),
    },
  )
})

test('CreateTrail: names, buckets and prefixes that cannot be; what is not offered', async () => {
  const refusals: [Partial<CreateTrailCommandInput>, string][] = [
    [{ Name: 'ab' }, 'InvalidTrailNameException'],
    [{ Name: 'a'.repeat(129) }, 'InvalidTrailNameException'],
    [{ Name: '-abc' }, 'InvalidTrailNameException'],
    [{ Name: 'abc-' }, 'InvalidTrailNameException'],
    [{ Name: 'a..b' }, 'InvalidTrailNameException'],
    [{ Name: 'a/b/c' }, 'InvalidTrailNameException'],
    [{ Name: '10.0.0.1' }, 'InvalidTrailNameException'],
    [{ S3BucketName: 'elsewhere' }, 'S3BucketDoesNotExistException'],
    [{ S3KeyPrefix: '../out' }, 'InvalidS3PrefixException'],
    [{ S3KeyPrefix: 'a/../../out' }, 'InvalidS3PrefixException'],
    [{ S3KeyPrefix: '/out' }, 'InvalidS3PrefixException'],
    [{ S3KeyPrefix: 'a'.repeat(201) }, 'InvalidS3PrefixException'],
    [{ SnsTopicName: 'topic' }, 'InvalidSnsTopicNameException'],
    [{ KmsKeyId: 'alias/key' }, 'InvalidKmsKeyIdException'],
    [{ CloudWatchLogsLogGroupArn: 'arn:x' }, 'InvalidCloudWatchLogsLogGroupArnException'],
    [{ IsOrganizationTrail: true }, 'OrganizationsNotInUseException'],
    [
      { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: false },
      'InvalidParameterCombinationException',
    ],
    [{ TagsList: [{ Key: 'a' }, { Key: 'a' }] }, 'InvalidTagParameterException'],
  ]
  for (const [more, name] of refusals) {
    await assert.rejects(create('refused', more), { name }, JSON.stringify(more))
  }
  const { Trails } = await trail().send(new ListTrailsCommand({}))
  assert.deepEqual(Trails, [])
})

test('CreateTrail: as Terraform makes one, reads it, changes it', async () => {
  const made = await create('main', {
    S3KeyPrefix: 'logs/',
    IsMultiRegionTrail: true,
    EnableLogFileValidation: true,
    TagsList: [{ Key: 'team', Value: 'red' }],
  })
  const settings = {
    Name: 'main',
    S3BucketName: 'audit-bucket',
    S3KeyPrefix: 'logs',
    IncludeGlobalServiceEvents: true,
    IsMultiRegionTrail: true,
    TrailARN: arnOf('main'),
    LogFileValidationEnabled: true,
    IsOrganizationTrail: false,
  }
  const { $metadata, ...answer } = made
  assert.deepEqual(answer, settings)
  const view = {
    ...settings,
    HomeRegion: 'us-east-1',
    HasCustomEventSelectors: false,
    HasInsightSelectors: false,
  }
  const described = await trail().send(
    new DescribeTrailsCommand({ trailNameList: [arnOf('main')] }),
  )
  assert.deepEqual(described.trailList, [view])
  assert.deepEqual((await trail().send(new GetTrailCommand({ Name: 'main' }))).Trail, view)
  const { EventSelectors } = await trail().send(new GetEventSelectorsCommand({ TrailName: 'main' }))
  assert.deepEqual(EventSelectors, [
    {
      ReadWriteType: 'All',
      IncludeManagementEvents: true,
      DataResources: [],
      ExcludeManagementEventSources: [],
    },
  ])
  const { ResourceTagList } = await trail().send(
    new ListTagsCommand({ ResourceIdList: [arnOf('main')] }),
  )
  assert.deepEqual(ResourceTagList?.[0]?.TagsList, [{ Key: 'team', Value: 'red' }])
  await assert.rejects(trail().send(new GetInsightSelectorsCommand({ TrailName: 'main' })), {
    name: 'InsightNotEnabledException',
  })
  const updated = await trail().send(
    new UpdateTrailCommand({ Name: 'main', EnableLogFileValidation: false, S3KeyPrefix: '' }),
  )
  assert.equal(updated.LogFileValidationEnabled, false)
  assert.equal(updated.S3KeyPrefix, undefined)
  assert.equal(updated.IsMultiRegionTrail, true)
})

test('CreateTrail: done twice; and no more than five in a region', async () => {
  await assert.rejects(create('main'), {
    name: 'TrailAlreadyExistsException',
    message: `Trail main already exists for customer: ${account}`,
  })
  for (const name of ['t-2', 't-3', 't-4', 't-5']) await create(name)
  await assert.rejects(create('t-6'), { name: 'MaximumNumberOfTrailsExceededException' })
  await create('far', {}, 'eu-west-1')
  for (const Name of ['t-2', 't-3', 't-4']) await trail().send(new DeleteTrailCommand({ Name }))
  await create('t-6')
  for (const Name of ['t-5', 't-6']) await trail().send(new DeleteTrailCommand({ Name }))
})

test('a trail that is not there', async () => {
  const words = `Unknown trail: none for the user: ${account}`
  for (const command of [
    new GetTrailCommand({ Name: 'none' }),
    new GetTrailStatusCommand({ Name: 'none' }),
    new StartLoggingCommand({ Name: 'none' }),
    new DeleteTrailCommand({ Name: 'none' }),
  ]) {
    await assert.rejects(trail().send(command as GetTrailCommand), {
      name: 'TrailNotFoundException',
      message: words,
    })
  }
  await assert.rejects(trail().send(new GetTrailCommand({ Name: 'arn:aws:s3:::bucket' })), {
    name: 'CloudTrailARNInvalidException',
  })
  const { trailList } = await trail().send(new DescribeTrailsCommand({ trailNameList: ['none'] }))
  assert.deepEqual(trailList, [])
})

test('regions: a trail for all of them is seen everywhere, and changed at home only', async () => {
  const names = async (region: string, includeShadowTrails?: boolean) => {
    const { trailList = [] } = await trail(house.root, region).send(
      new DescribeTrailsCommand(includeShadowTrails === undefined ? {} : { includeShadowTrails }),
    )
    return trailList.map(({ Name }) => Name).sort()
  }
  assert.deepEqual(await names('us-east-1'), ['main'])
  assert.deepEqual(await names('eu-west-1'), ['far', 'main'])
  assert.deepEqual(await names('eu-west-1', false), ['far'])
  const { Trails = [] } = await trail().send(new ListTrailsCommand({}))
  assert.deepEqual(Trails.map(({ Name, HomeRegion }) => [Name, HomeRegion]).sort(), [
    ['far', 'eu-west-1'],
    ['main', 'us-east-1'],
  ])
  const away = trail(house.root, 'eu-west-1')
  await assert.rejects(away.send(new StopLoggingCommand({ Name: arnOf('main') })), {
    name: 'InvalidHomeRegionException',
  })
  const seen = await away.send(new GetTrailCommand({ Name: arnOf('main') }))
  assert.equal(seen.Trail?.HomeRegion, 'us-east-1')
})

test('tags come and go; policies can ask for them', async () => {
  const ResourceId = arnOf('main')
  await trail().send(new AddTagsCommand({ ResourceId, TagsList: [{ Key: 'env', Value: 'prod' }] }))
  await trail().send(new RemoveTagsCommand({ ResourceId, TagsList: [{ Key: 'team' }] }))
  const list = new ListTagsCommand({ ResourceIdList: [ResourceId] })
  const { ResourceTagList } = await trail().send(list)
  assert.deepEqual(ResourceTagList?.[0]?.TagsList, [{ Key: 'env', Value: 'prod' }])
  const tagged = { StringEquals: { 'aws:ResourceTag/env': 'prod' } }
  const ann = await scene.user(
    'ann',
    policy({ Effect: 'Allow', Action: 'cloudtrail:*', Resource: '*', Condition: tagged }),
  )
  await trail(ann).send(new GetTrailCommand({ Name: 'main' }))
  const far = new GetTrailCommand({ Name: arnOf('far', 'eu-west-1') })
  await assert.rejects(trail(ann).send(far), { name: 'AccessDeniedException' })
  const both = new ListTagsCommand({ ResourceIdList: [ResourceId, arnOf('far', 'eu-west-1')] })
  await assert.rejects(trail(ann).send(both), { name: 'AccessDeniedException' })
  await assert.rejects(trail().send(new ListTagsCommand({ ResourceIdList: ['main'] })), {
    name: 'CloudTrailARNInvalidException',
  })
})

test('event selectors that would choose nothing, or what is not recorded', async () => {
  const put = (more: Partial<PutEventSelectorsCommandInput>) =>
    trail().send(new PutEventSelectorsCommand({ TrailName: 'main', ...more }))
  const category = { Field: 'eventCategory', Equals: ['Management'] }
  const refusals: Partial<PutEventSelectorsCommandInput>[] = [
    {},
    { EventSelectors: [] },
    { EventSelectors: [{ IncludeManagementEvents: false }] },
    { EventSelectors: [{ DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }] }] },
    {
      AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Data'] }] }],
    },
    {
      AdvancedEventSelectors: [
        { FieldSelectors: [category, { Field: 'resources.type', Equals: ['AWS::S3::Object'] }] },
      ],
    },
    { EventSelectors: [{}], AdvancedEventSelectors: [{ FieldSelectors: [category] }] },
  ]
  for (const each of refusals) {
    await assert.rejects(
      put(each),
      { name: 'InvalidEventSelectorsException' },
      JSON.stringify(each),
    )
  }
})

interface LogRecord {
  readonly eventName: string
  readonly eventSource: string
  readonly readOnly: boolean
  readonly recipientAccountId: string
}
/** What stands in the log files of a trail's account. */
function delivered(prefix = ''): LogRecord[] {
  const objects = globSync(`${prefix}AWSLogs/*/CloudTrail/**/*.json.gz`, { cwd: folder })
  return objects.flatMap(
    (object) => JSON.parse(gunzipSync(readFileSync(join(folder, object))).toString()).Records,
  )
}
const namesIn = (records: readonly LogRecord[]) => records.map(({ eventName }) => eventName)
const secrets = new SecretsManagerClient(house.client())
const status = () => trail().send(new GetTrailStatusCommand({ Name: 'main' }))

test('StartLogging, StopLogging: what happened between them is delivered', async () => {
  assert.equal((await status()).IsLogging, false)
  await secrets.send(new CreateSecretCommand({ Name: 'before', SecretString: 'hello' }))
  await trail().send(new StartLoggingCommand({ Name: 'main' }))
  await trail().send(new StartLoggingCommand({ Name: 'main' }))
  await secrets.send(new GetSecretValueCommand({ SecretId: 'before' }))
  await until(() => namesIn(delivered()).includes('GetSecretValue'))
  await until(async () => (await status()).LatestDeliveryTime !== undefined)
  const { IsLogging, StartLoggingTime, TimeLoggingStarted, LatestDeliveryError } = await status()
  assert.equal(IsLogging, true)
  assert.equal(StartLoggingTime?.toISOString().replace(/\.\d+/, ''), TimeLoggingStarted)
  assert.equal(LatestDeliveryError, undefined)
  await trail().send(new StopLoggingCommand({ Name: 'main' }))
  await until(() => namesIn(delivered()).includes('StopLogging'))
  assert.equal((await status()).IsLogging, false)
  const records = delivered()
  assert.ok(!namesIn(records).includes('CreateSecret'))
  assert.ok(records.every(({ recipientAccountId }) => recipientAccountId === account))
})

test('another account’s records are not delivered; selectors choose among one’s own', async () => {
  await trail().send(
    new PutEventSelectorsCommand({
      TrailName: 'main',
      EventSelectors: [
        { ReadWriteType: 'WriteOnly', ExcludeManagementEventSources: ['kms.amazonaws.com'] },
      ],
    }),
  )
  await trail().send(new UpdateTrailCommand({ Name: 'main', S3KeyPrefix: 'chosen' }))
  await trail().send(new StartLoggingCommand({ Name: 'main' }))
  const made = await call<{ AccessKeyId: string; SecretAccessKey: string }>(
    house,
    'CreateAccount',
    {},
  )
  const other = { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey }
  await new SecretsManagerClient(house.client(other)).send(
    new CreateSecretCommand({ Name: 'theirs', SecretString: 'hello' }),
  )
  await secrets.send(new GetSecretValueCommand({ SecretId: 'before' }))
  await secrets.send(new CreateSecretCommand({ Name: 'last', SecretString: 'hello' }))
  await until(() => namesIn(delivered('chosen/')).includes('CreateSecret'))
  const records = delivered('chosen/')
  assert.ok(records.every(({ readOnly }) => !readOnly))
  assert.ok(records.every(({ eventSource }) => eventSource !== 'kms.amazonaws.com'))
  assert.equal(namesIn(records).filter((name) => name === 'CreateSecret').length, 1)
  const { Trail } = await trail().send(new GetTrailCommand({ Name: 'main' }))
  assert.equal(Trail?.HasCustomEventSelectors, true)
})

test('DeleteTrail ends it', async () => {
  await trail().send(new DeleteTrailCommand({ Name: 'main' }))
  await assert.rejects(status(), { name: 'TrailNotFoundException' })
  await assert.rejects(trail().send(new DeleteTrailCommand({ Name: 'main' })), {
    name: 'TrailNotFoundException',
  })
  assert.deepEqual(house.complaints, [])
})

test('ListPublicKeys: none before there was a digest; ranges', async () => {
  const { PublicKeyList } = await trail().send(new ListPublicKeysCommand({}))
  assert.deepEqual(PublicKeyList, [])
  const backwards = { StartTime: new Date(2000), EndTime: new Date(1000) }
  await assert.rejects(trail().send(new ListPublicKeysCommand(backwards)), {
    name: 'InvalidTimeRangeException',
  })
})
