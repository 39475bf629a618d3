/** TagResource: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  type Tag,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager'
import { raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const tag = (SecretId: string, Tags: Tag[]) =>
  scene.root.send(new TagResourceCommand({ SecretId, Tags }))
const tagsOf = async (SecretId: string) =>
  (await scene.root.send(new DescribeSecretCommand({ SecretId }))).Tags

test('not signed', async () => {
  const sent = unsigned(scene.house).send(
    new TagResourceCommand({ SecretId: 'absent', Tags: [{ Key: 'a', Value: 'b' }] }),
  )
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('TagResource', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: a key too long, reserved, or twice', async () => {
  await refused(
    tag('a', [{ Key: 'k'.repeat(129), Value: '' }]),
    'ValidationException',
    /at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 128$/,
  )
  await refused(
    tag('a', [{ Key: 'AWS:mine', Value: '' }]),
    'InvalidParameterException',
    'Tag keys that begin with aws: are reserved for AWS use.',
  )
  await refused(
    tag('a', [
      { Key: 'k', Value: '1' },
      { Key: 'k', Value: '2' },
    ]),
    'InvalidParameterException',
    'Tag keys must be unique.',
  )
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(
      new TagResourceCommand({ SecretId: 'no name', Tags: [{ Key: 'a', Value: 'b' }] }),
    ),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'a', Value: 'b' }] })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:TagResource on resource: ${SecretId} because no identity-based policy allows the secretsmanager:TagResource action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(
      new TagResourceCommand({ SecretId: 'absent', Tags: [{ Key: 'a', Value: 'b' }] }),
    ),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('not allowed: by the tags of the request', async () => {
  const { arn: SecretId } = await scene.secret()
  const tagger = await scene.as({
    Action: 'secretsmanager:TagResource',
    Condition: {
      StringEquals: { 'aws:RequestTag/team': 'red' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
    },
  })
  const send = (Tags: Tag[]) => tagger.send(new TagResourceCommand({ SecretId, Tags }))
  await send([{ Key: 'team', Value: 'red' }])
  await refused(send([{ Key: 'team', Value: 'x' }]), 'AccessDeniedException', /TagResource/)
  await refused(
    send([
      { Key: 'team', Value: 'red' },
      { Key: 'more', Value: '' },
    ]),
    'AccessDeniedException',
    /TagResource/,
  )
})

test('not allowed: a tag by which the caller would shut itself out', async () => {
  const { arn: SecretId } = await scene.secret({ Tags: [{ Key: 'team', Value: 'red' }] })
  const tagger = await scene.as({
    Action: 'secretsmanager:TagResource',
    Condition: { StringEquals: { 'aws:ResourceTag/team': 'red' } },
  })
  await refused(
    tagger.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'team', Value: 'blue' }] })),
    'AccessDeniedException',
    /is not authorized to perform: secretsmanager:TagResource/,
  )
  assert.deepEqual(await tagsOf(SecretId), [{ Key: 'team', Value: 'red' }])
})

test('wrong state: marked for deletion', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  await refused(
    scene.root.send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'a', Value: 'b' }] })),
    'InvalidRequestException',
    said.deleted,
  )
})

test('wrong state: a replica only follows its primary', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: 'eu-west-1' }] })
  await refused(
    scene
      .at('eu-west-1')
      .send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'a', Value: 'b' }] })),
    'InvalidParameterException',
    said.replica,
  )
})

test('wrong state: more than 50 tags', async () => {
  const Tags = Array.from({ length: 50 }, (_, at) => ({ Key: `k${at}`, Value: '' }))
  const { name } = await scene.secret({ Tags })
  await refused(
    tag(name, [{ Key: 'more', Value: '' }]),
    'InvalidParameterException',
    'A secret can have at most 50 tags.',
  )
  await tag(name, [{ Key: 'k7', Value: 'other' }])
})

test('done: tags are added, and the answer is empty', async () => {
  const { name } = await scene.secret({ Tags: [{ Key: 'a', Value: '1' }] })
  const { $metadata, ...answer } = await tag(name, [{ Key: 'b', Value: '2' }])
  assert.deepEqual(answer, {})
  assert.deepEqual(await tagsOf(name), [
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: '2' },
  ])
})

test('done twice: a key that is there gets the new value', async () => {
  const { name } = await scene.secret()
  await tag(name, [{ Key: 'a', Value: '1' }])
  await tag(name, [{ Key: 'a', Value: '2' }])
  assert.deepEqual(await tagsOf(name), [{ Key: 'a', Value: '2' }])
})
