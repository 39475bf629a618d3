/** ListSecretVersionIds: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  type ListSecretVersionIdsCommandInput,
  PutSecretValueCommand,
} from '@aws-sdk/client-secrets-manager'
import { raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const list = (input: ListSecretVersionIdsCommandInput) =>
  scene.root.send(new ListSecretVersionIdsCommand(input))

/** A secret with this many versions, of which the last two have labels. */
async function versioned(count: number): Promise<string> {
  const { name: SecretId } = await scene.secret()
  for (let at = 1; at < count; at++) {
    await scene.root.send(new PutSecretValueCommand({ SecretId, SecretString: `${at}` }))
  }
  return SecretId
}

test('not signed', async () => {
  const sent = unsigned(scene.house).send(new ListSecretVersionIdsCommand({ SecretId: 'absent' }))
  await refused(sent, 'MissingAuthenticationTokenException', 'Missing Authentication Token')
})

test('malformed: an id of another type', async () => {
  assert.partialDeepStrictEqual(await scene.raw('ListSecretVersionIds', { SecretId: [] }), {
    status: 400,
    body: { __type: 'SerializationException' },
  })
})

test('out of bounds: the length of a page', async () => {
  for (const MaxResults of [0, 101]) {
    await refused(
      list({ SecretId: 'a', MaxResults }),
      'ValidationException',
      /at 'maxResults' failed to satisfy constraint: Member must have value/,
    )
  }
})

test('out of bounds: an id that is no name', async () => {
  await refused(
    scene.root.send(new ListSecretVersionIdsCommand({ SecretId: 'no name' })),
    'ValidationException',
    said.badName,
  )
})

test('not allowed: even that it is absent is told to the entitled only', async () => {
  const { name } = await scene.secret()
  const nobody = await scene.as()
  for (const SecretId of [name, 'absent']) {
    await refused(
      nobody.send(new ListSecretVersionIdsCommand({ SecretId })),
      'AccessDeniedException',
      new RegExp(
        `is not authorized to perform: secretsmanager:ListSecretVersionIds on resource: ${SecretId} because no identity-based policy allows the secretsmanager:ListSecretVersionIds action$`,
      ),
    )
  }
})

test('absent', async () => {
  await refused(
    scene.root.send(new ListSecretVersionIdsCommand({ SecretId: 'absent' })),
    'ResourceNotFoundException',
    said.notFound,
  )
})

test('wrong state: a token of nobody, of another secret, of another list, of another caller', async () => {
  const SecretId = await versioned(3)
  const other = await versioned(3)
  const input = { SecretId, IncludeDeprecated: true, MaxResults: 1 }
  const { NextToken } = await list(input)
  const colleague = await scene.as({ Action: 'secretsmanager:*' })
  const sent = [
    list({ ...input, NextToken: 'made-up' }),
    list({ ...input, NextToken, SecretId: other }),
    list({ ...input, NextToken, IncludeDeprecated: false }),
    colleague.send(new ListSecretVersionIdsCommand({ ...input, NextToken })),
  ]
  // All at once: whichever is refused first.
  await Promise.all(
    sent.map((each) => refused(each, 'InvalidNextTokenException', 'Invalid NextToken')),
  )
  assert.equal((await list({ ...input, NextToken })).Versions?.length, 1)
})

test('wrong state: a secret that was deleted keeps its versions', async () => {
  const { name: SecretId } = await scene.secret()
  await scene.root.send(new DeleteSecretCommand({ SecretId }))
  assert.equal((await list({ SecretId })).Versions?.length, 1)
})

test('done: a secret without a version', async () => {
  const Name = `empty/${randomUUID()}`
  await scene.root.send(new CreateSecretCommand({ Name }))
  assert.deepEqual((await list({ SecretId: Name })).Versions, [])
})

test('done: versions without labels only on request, and then without the member', async () => {
  const SecretId = await versioned(3)
  const labelled = await list({ SecretId })
  assert.deepEqual(
    labelled.Versions?.map((each) => each.VersionStages),
    [['AWSPREVIOUS'], ['AWSCURRENT']],
  )
  assert.equal('NextToken' in labelled, false)
  const { Versions = [] } = await list({ SecretId, IncludeDeprecated: true })
  assert.equal(Versions.length, 3)
  assert.equal(Versions[0] && 'VersionStages' in Versions[0], false)
})

test('done: the default key, and the day of a read only on what was read', async () => {
  const SecretId = await versioned(2)
  await scene.root.send(new GetSecretValueCommand({ SecretId }))
  const { Versions = [] } = await list({ SecretId })
  assert.deepEqual(
    Versions.map(({ KmsKeyIds }) => KmsKeyIds),
    [['DefaultEncryptionKey'], ['DefaultEncryptionKey']],
  )
  assert.deepEqual(
    Versions.map((each) => 'LastAccessedDate' in each),
    [false, true],
  )
})

test('done twice: page by page, each version once, oldest first', async () => {
  const SecretId = await versioned(5)
  const whole = await list({ SecretId, IncludeDeprecated: true })
  const ids: (string | undefined)[] = []
  let NextToken: string | undefined
  do {
    const page = await list({ SecretId, IncludeDeprecated: true, MaxResults: 2, NextToken })
    ids.push(...(page.Versions ?? []).map(({ VersionId }) => VersionId))
    NextToken = page.NextToken
  } while (NextToken)
  assert.deepEqual(
    ids,
    whole.Versions?.map(({ VersionId }) => VersionId),
  )
  assert.equal(ids.length, 5)
})
