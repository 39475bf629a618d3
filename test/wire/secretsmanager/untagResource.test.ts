/** UntagResource: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UntagResource.html */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-secrets-manager'
import { raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const untag = (SecretId: string, TagKeys: string[]) =>
  scene.root.send(new UntagResourceCommand({ SecretId, TagKeys }))
const tagsOf = async (SecretId: string) =>
  (await scene.root.send(new DescribeSecretCommand({ SecretId }))).Tags

test('not signed', async () => {
  const sent = unsigned(scene.house).send(
    new UntagResourceCommand({ SecretId: 'absent', TagKeys: ['a'] }),
  )
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('UntagResource', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: an empty key', async () => {
  await refused(
    untag('a', ['']),
    'ValidationException',
    /at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint/,
  )
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new UntagResourceCommand({ SecretId: 'no name', TagKeys: ['a'] })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new UntagResourceCommand({ SecretId, TagKeys: ['a'] })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:UntagResource on resource: ${SecretId} because no identity-based policy allows the secretsmanager:UntagResource action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new UntagResourceCommand({ SecretId: 'absent', TagKeys: ['a'] })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('not allowed: by the keys of the request', async () => {
  const { arn: SecretId } = await scene.secret({ Tags: [{ Key: 'a', Value: '' }] })
  const untagger = await scene.as({
    Action: 'secretsmanager:UntagResource',
    Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } },
  })
  await refused(
    untagger.send(new UntagResourceCommand({ SecretId, TagKeys: ['b'] })),
    'AccessDeniedException',
    /UntagResource/,
  )
  await untagger.send(new UntagResourceCommand({ SecretId, TagKeys: ['a'] }))
})

test('not allowed: without the tag by which the caller gets in', async () => {
  const { arn: SecretId } = await scene.secret({ Tags: [{ Key: 'team', Value: 'red' }] })
  const untagger = await scene.as({
    Action: 'secretsmanager:UntagResource',
    Condition: { StringEquals: { 'secretsmanager:ResourceTag/team': 'red' } },
  })
  await refused(
    untagger.send(new UntagResourceCommand({ SecretId, TagKeys: ['team'] })),
    'AccessDeniedException',
    /is not authorized to perform: secretsmanager:UntagResource/,
  )
})

test('wrong state: marked for deletion', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  await refused(
    scene.root.send(new UntagResourceCommand({ SecretId, TagKeys: ['a'] })),
    'InvalidRequestException',
    said.deleted,
  )
})

test('wrong state: a replica only follows its primary', async () => {
  const { name: SecretId } = await scene.secret({ AddReplicaRegions: [{ Region: 'eu-west-1' }] })
  await refused(
    scene.at('eu-west-1').send(new UntagResourceCommand({ SecretId, TagKeys: ['a'] })),
    'InvalidParameterException',
    said.replica,
  )
})

test('done: a secret that lost its last tag has an empty list', async () => {
  const { name } = await scene.secret({ Tags: [{ Key: 'a', Value: '1' }] })
  const { $metadata, ...answer } = await untag(name, ['a'])
  assert.deepEqual(answer, {})
  assert.deepEqual(await tagsOf(name), [])
})

test('done twice: absent keys are no mistake, and a secret never tagged has no list', async () => {
  const { name } = await scene.secret()
  await untag(name, ['a'])
  await untag(name, ['a'])
  assert.equal(await tagsOf(name), undefined)
})
