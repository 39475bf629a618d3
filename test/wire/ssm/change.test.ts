/**
 * Labels, tags, deletion, settings.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html
 */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetServiceSettingCommand,
  LabelParameterVersionCommand,
  ListTagsForResourceCommand,
  RemoveTagsFromResourceCommand,
  UnlabelParameterVersionCommand,
} from '@aws-sdk/client-ssm'
import { arn, raiseScene, refused, type Scene } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const label = (Name: string, Labels: string[], ParameterVersion?: number) =>
  scene.root.send(new LabelParameterVersionCommand({ Name, Labels, ParameterVersion }))
const labelsOf = async (Name: string) => {
  const { Parameters = [] } = await scene.root.send(new GetParameterHistoryCommand({ Name }))
  return Parameters.map(({ Labels }) => Labels)
}

test('a label moves; what may not be one is told', async () => {
  const Name = await scene.put()
  await scene.put({ Name, Overwrite: true })
  const first = await label(Name, ['good', '1st', 'awsome', 'SSMx', 'a b'], 1)
  assert.equal(first.ParameterVersion, 1)
  assert.deepEqual(first.InvalidLabels, ['1st', 'awsome', 'SSMx', 'a b'])
  assert.deepEqual(await labelsOf(Name), [['good'], []])
  assert.equal((await label(Name, ['good'])).ParameterVersion, 2)
  assert.deepEqual(await labelsOf(Name), [[], ['good']])
})

test('labels: absent parameter, absent version, too many, not allowed', async () => {
  const Name = await scene.put()
  await refused(label('/absent', ['a']), 'ParameterNotFound')
  await refused(label(Name, ['a'], 7), 'ParameterVersionNotFound')
  const ten = Array.from({ length: 10 }, (_, n) => `label-${n}`)
  await label(Name, ten)
  await refused(label(Name, ['eleventh']), 'ParameterVersionLabelLimitExceeded')
  const nobody = await scene.as('ssm:GetParameter')
  const denied = new LabelParameterVersionCommand({ Name, Labels: ['a'] })
  await refused(nobody.send(denied), 'AccessDeniedException')
})

test('labels come off', async () => {
  const Name = await scene.put()
  await label(Name, ['a', 'b'])
  const off = new UnlabelParameterVersionCommand({ Name, ParameterVersion: 1, Labels: ['b', 'c'] })
  const { RemovedLabels, InvalidLabels } = await scene.root.send(off)
  assert.deepEqual([RemovedLabels, InvalidLabels], [['b'], ['c']])
  assert.deepEqual(await labelsOf(Name), [['a']])
})

test('tags: added, replaced, removed, decided by', async () => {
  const ResourceId = await scene.put()
  const about = { ResourceType: 'Parameter', ResourceId } as const
  const add = (Key: string, Value: string) =>
    scene.root.send(new AddTagsToResourceCommand({ ...about, Tags: [{ Key, Value }] }))
  const tags = async () =>
    (await scene.root.send(new ListTagsForResourceCommand(about))).TagList ?? []
  await add('team', 'red')
  await add('team', 'blue')
  await add('stage', 'prod')
  assert.deepEqual(await tags(), [
    { Key: 'team', Value: 'blue' },
    { Key: 'stage', Value: 'prod' },
  ])
  await scene.root.send(new RemoveTagsFromResourceCommand({ ...about, TagKeys: ['stage', 'no'] }))
  assert.deepEqual(await tags(), [{ Key: 'team', Value: 'blue' }])
  await refused(add('aws:x', 'y'), 'ValidationException', /reserved/)
  const absent = { ...about, ResourceId: '/absent' }
  await refused(scene.root.send(new ListTagsForResourceCommand(absent)), 'InvalidResourceId')
  const document = { ...about, ResourceType: 'Document' } as const
  await refused(scene.root.send(new ListTagsForResourceCommand(document)), 'ValidationException')
})

test('deleted: one, many, not allowed, twice', async () => {
  const Name = await scene.put()
  const other = await scene.put()
  const someone = await scene.as(['ssm:DeleteParameter', 'ssm:DeleteParameters'], arn(other))
  const remove = new DeleteParameterCommand({ Name })
  await refused(someone.send(remove), 'AccessDeniedException')
  const many = new DeleteParametersCommand({ Names: [other, Name] })
  await refused(someone.send(many), 'AccessDeniedException')
  await scene.root.send(remove)
  await refused(scene.root.send(remove), 'ParameterNotFound')
  const { DeletedParameters, InvalidParameters } = await scene.root.send(many)
  assert.deepEqual([DeletedParameters, InvalidParameters], [[other], [Name]])
  await refused(scene.root.send(new GetParameterCommand({ Name: other })), 'ParameterNotFound')
})

test('a parameter made anew begins at its first version', async () => {
  const Name = await scene.put()
  await scene.put({ Name, Overwrite: true })
  await scene.root.send(new DeleteParameterCommand({ Name }))
  await scene.put({ Name, Value: 'anew' })
  const { Parameter } = await scene.root.send(new GetParameterCommand({ Name }))
  assert.partialDeepStrictEqual(Parameter, { Version: 1, Value: 'anew' })
  await refused(
    scene.root.send(new GetParameterCommand({ Name: `${Name}:2` })),
    'ParameterVersionNotFound',
  )
})

test('settings stand as AWS has them by default', async () => {
  const SettingId = '/ssm/parameter-store/default-parameter-tier'
  const { ServiceSetting } = await scene.root.send(new GetServiceSettingCommand({ SettingId }))
  assert.deepEqual(ServiceSetting, {
    ...{ SettingId, SettingValue: 'Standard', Status: 'Default' },
    ARN: `arn:aws:ssm:us-east-1:000000000000:servicesetting${SettingId}`,
  })
  const unknown = new GetServiceSettingCommand({ SettingId: '/ssm/unknown' })
  await refused(scene.root.send(unknown), 'ServiceSettingNotFound')
})
