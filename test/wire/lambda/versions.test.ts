import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListAliasesCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  type PublishVersionCommandInput,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda'
import { allow, arnOf, raiseScene, type Scene, zipOf } from './scene.ts'

let scene: Scene
const FunctionName = 'versioned'
before(async () => {
  scene = await raiseScene()
  await scene.make(FunctionName, { Code: { ZipFile: zipOf('() => 1') } })
})
after(async () => {
  assert.deepEqual(scene.house.complaints, [])
  await scene[Symbol.asyncDispose]()
})

const publish = (input: Partial<PublishVersionCommandInput> = {}) =>
  scene.root.send(new PublishVersionCommand({ FunctionName, ...input }))
const update = (handler: string) =>
  scene.root.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zipOf(handler) }))

describe('PublishVersion', () => {
  test('who may not publish', async () => {
    const client = scene.client(await scene.user(allow('lambda:GetFunction')))
    await assert.rejects(client.send(new PublishVersionCommand({ FunctionName })), {
      name: 'AccessDeniedException',
    })
  })

  test('of a function that is not there', async () => {
    await assert.rejects(publish({ FunctionName: 'none' }), { name: 'ResourceNotFoundException' })
  })

  test('of other code than the caller means', async () => {
    await assert.rejects(publish({ CodeSha256: 'other' }), {
      name: 'InvalidParameterValueException',
      message: /^CodeSHA256 \(other\) is different from current CodeSHA256 in \$LATEST \(/,
    })
    await assert.rejects(publish({ RevisionId: 'old' }), { name: 'PreconditionFailedException' })
    await assert.rejects(publish({ PublishTo: 'LATEST_PUBLISHED' }), {
      name: 'InvalidParameterValueException',
    })
  })

  test('it is numbered from 1; what has not changed is not published again', async () => {
    const { Version, FunctionArn, $metadata } = await publish()
    assert.deepEqual([Version, FunctionArn], ['1', arnOf(FunctionName, '1')])
    assert.equal($metadata.httpStatusCode, 201)
    assert.equal((await publish()).Version, '1')
    assert.equal((await publish({ Description: 'told' })).Version, '2')
    await update('() => 2')
    const third = await publish()
    assert.deepEqual([third.Version, third.Description], ['3', ''])
  })

  test('a version keeps its code', async () => {
    const run = async (Qualifier: string) => {
      const invoke = new InvokeCommand({ FunctionName, Qualifier })
      const { Payload, ExecutedVersion } = await scene.root.send(invoke)
      return [Payload?.transformToString(), ExecutedVersion]
    }
    assert.deepEqual(await run('1'), ['1', '1'])
    assert.deepEqual(await run('3'), ['2', '3'])
    assert.deepEqual(await run('$LATEST'), ['2', '$LATEST'])
  })

  test('all are listed, $LATEST first', async () => {
    const list = new ListVersionsByFunctionCommand({ FunctionName, MaxItems: 10_000 })
    const { Versions } = await scene.root.send(list)
    assert.deepEqual(
      Versions?.map((each) => [each.Version, each.FunctionArn]),
      ['$LATEST', '1', '2', '3'].map((each) => [each, arnOf(FunctionName, each)]),
    )
  })
})

describe('aliases', () => {
  const create = (Name: string, FunctionVersion: string) =>
    scene.root.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion }))

  test('a name of digits is refused', async () => {
    await assert.rejects(create('12', '1'), { name: 'ValidationException' })
  })

  test('to a version that is not there', async () => {
    await assert.rejects(create('prod', '9'), {
      name: 'ResourceNotFoundException',
      message: `Function not found: ${arnOf(FunctionName, '9')}`,
    })
  })

  test('sharing calls out between two versions is refused', async () => {
    const RoutingConfig = { AdditionalVersionWeights: { '2': 0.5 } }
    const input = { FunctionName, Name: 'prod', FunctionVersion: '1', RoutingConfig }
    await assert.rejects(scene.root.send(new CreateAliasCommand(input)), {
      name: 'InvalidParameterValueException',
      message: /^RoutingConfig is not offered here/,
    })
  })

  test('who may use one alias may not make another', async () => {
    const policy = allow('lambda:CreateAlias', arnOf(FunctionName, 'mine'))
    const client = scene.client(await scene.user(policy))
    const input = { FunctionName, FunctionVersion: '1' }
    await client.send(new CreateAliasCommand({ ...input, Name: 'mine' }))
    await assert.rejects(client.send(new CreateAliasCommand({ ...input, Name: 'theirs' })), {
      name: 'AccessDeniedException',
    })
  })

  test('one that is not there', async () => {
    const words = `Cannot find alias arn: ${arnOf(FunctionName, 'none')}`
    const expected = { name: 'ResourceNotFoundException', message: words }
    const input = { FunctionName, Name: 'none' }
    await assert.rejects(scene.root.send(new GetAliasCommand(input)), expected)
    await assert.rejects(scene.root.send(new UpdateAliasCommand(input)), expected)
    await assert.rejects(
      scene.root.send(new InvokeCommand({ FunctionName, Qualifier: 'none' })),
      expected,
    )
    await scene.root.send(new DeleteAliasCommand(input))
  })

  test('it is made, once', async () => {
    const { $metadata, RevisionId, ...alias } = await create('prod', '1')
    assert.equal($metadata.httpStatusCode, 201)
    assert.deepEqual(alias, {
      AliasArn: arnOf(FunctionName, 'prod'),
      Name: 'prod',
      FunctionVersion: '1',
      Description: '',
    })
    await assert.rejects(create('prod', '1'), {
      name: 'ResourceConflictException',
      message: `Alias already exists: ${arnOf(FunctionName, 'prod')}`,
    })
  })

  test('it means its version, and then another', async () => {
    const run = async () => {
      const { Payload } = await scene.root.send(
        new InvokeCommand({ FunctionName: `${FunctionName}:prod` }),
      )
      return Payload?.transformToString()
    }
    assert.equal(await run(), '1')
    const input = { FunctionName, Name: 'prod', FunctionVersion: '3' }
    await assert.rejects(scene.root.send(new UpdateAliasCommand({ ...input, RevisionId: 'old' })), {
      name: 'PreconditionFailedException',
    })
    await scene.root.send(new UpdateAliasCommand({ ...input, Description: 'now 3' }))
    assert.equal(await run(), '2')
    const get = new GetAliasCommand({ FunctionName, Name: 'prod' })
    const { FunctionVersion, Description } = await scene.root.send(get)
    assert.deepEqual([FunctionVersion, Description], ['3', 'now 3'])
    const { FunctionArn } = await scene.root.send(
      new GetFunctionConfigurationCommand({ FunctionName, Qualifier: 'prod' }),
    )
    assert.equal(FunctionArn, arnOf(FunctionName, 'prod'))
  })

  test('they are listed, also by version, page by page', async () => {
    const list = async (input: object) => {
      const command = new ListAliasesCommand({ FunctionName, ...input })
      const { Aliases = [], NextMarker } = await scene.root.send(command)
      return { names: Aliases.map(({ Name }) => Name), NextMarker }
    }
    assert.deepEqual((await list({})).names, ['mine', 'prod'])
    assert.deepEqual((await list({ FunctionVersion: '3' })).names, ['prod'])
    const first = await list({ MaxItems: 1 })
    assert.deepEqual(first.names, ['mine'])
    assert.deepEqual(await list({ MaxItems: 1, Marker: first.NextMarker }), {
      names: ['prod'],
      NextMarker: undefined,
    })
  })

  test('a version that an alias means stays', async () => {
    const input = { FunctionName, Qualifier: '3' }
    await assert.rejects(scene.root.send(new DeleteFunctionCommand(input)), {
      name: 'ResourceConflictException',
    })
    const alias = new DeleteFunctionCommand({ FunctionName, Qualifier: 'prod' })
    await assert.rejects(scene.root.send(alias), {
      name: 'InvalidParameterValueException',
      message: 'Deletion of aliases is not currently supported.',
    })
  })

  test('it goes, and again', async () => {
    for (let time = 0; time < 2; time++) {
      const { $metadata } = await scene.root.send(
        new DeleteAliasCommand({ FunctionName, Name: 'prod' }),
      )
      assert.equal($metadata.httpStatusCode, 204)
    }
  })
})
