import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  GetAccountSettingsCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  ListFunctionsCommand,
  paginateListFunctions,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda'
import { zipSync } from 'fflate'
import { send } from '../../raw.ts'
import {
  account,
  allow,
  arnOf,
  echo,
  functionInput,
  raiseScene,
  region,
  roleArn,
  type Scene,
  trust,
  zipOf,
} from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(async () => {
  assert.deepEqual(scene.house.complaints, [])
  await scene[Symbol.asyncDispose]()
})

const create = (input: Partial<CreateFunctionCommandInput>) =>
  scene.root.send(new CreateFunctionCommand({ ...functionInput('refused'), ...input }))

describe('CreateFunction', () => {
  test('a body that is no JSON is refused', async () => {
    const { status, errorType } = await send({
      ...{ url: scene.house.url, keys: scene.house.root, service: 'lambda' },
      target: '/2015-03-31/functions',
      headers: [['Content-Type', 'application/json']],
      body: '{"FunctionName":',
    })
    assert.deepEqual([status, errorType], [400, 'SerializationException'])
  })

  const refused: readonly (readonly [
    why: string,
    input: () => Partial<CreateFunctionCommandInput>,
    name: string,
    words: RegExp,
  ])[] = [
    [
      'a name that is none',
      () => ({ FunctionName: 'a b' }),
      'ValidationException',
      /Value 'a b' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern/,
    ],
    [
      'a name that is too long',
      () => ({ FunctionName: 'f'.repeat(65) }),
      'ValidationException',
      /less than or equal to 64$/,
    ],
    [
      'a time-out above 15 minutes',
      () => ({ Timeout: 901 }),
      'ValidationException',
      /Value '901' at 'timeout' .*less than or equal to 900$/,
    ],
    [
      'more memory than there is',
      () => ({ MemorySize: 10_241 }),
      'ValidationException',
      /less than or equal to 10240$/,
    ],
    [
      'a runtime that AWS does not have',
      () => ({ Runtime: 'cobol' as never }),
      'ValidationException',
      /^1 validation error detected: Value 'cobol' at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[/,
    ],
    [
      'a runtime that this house does not have',
      () => ({ Runtime: 'java21' }),
      'InvalidParameterValueException',
      /^Runtime java21 is not offered here/,
    ],
    [
      'no runtime',
      () => ({ Runtime: undefined }),
      'InvalidParameterValueException',
      /^Runtime and Handler are mandatory parameters/,
    ],
    [
      'an image',
      () => ({ PackageType: 'Image' }),
      'InvalidParameterValueException',
      /^PackageType Image is not offered here/,
    ],
    [
      'code in S3',
      () => ({ Code: { S3Bucket: 'bucket', S3Key: 'key' } }),
      'InvalidParameterValueException',
      /^Code in S3 is not offered here/,
    ],
    [
      'a network of its own',
      () => ({ VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: [] } }),
      'InvalidParameterValueException',
      /^VpcConfig is not offered here/,
    ],
    [
      'layers',
      () => ({ Layers: [`arn:aws:lambda:${region}:${account}:layer:l:1`] }),
      'InvalidParameterValueException',
      /^Layers is not offered here/,
    ],
    [
      'tracing',
      () => ({ TracingConfig: { Mode: 'Active' } }),
      'InvalidParameterValueException',
      /^TracingConfig Active is not offered here/,
    ],
    [
      'a log group of its own',
      () => ({ LoggingConfig: { LogGroup: '/mine' } }),
      'InvalidParameterValueException',
      /^LoggingConfig LogGroup is not offered here/,
    ],
    [
      'no code',
      () => ({ Code: {} }),
      'InvalidParameterValueException',
      /^Please provide a source for function code\.$/,
    ],
    [
      'code that is no zip',
      () => ({ Code: { ZipFile: Buffer.from('no zip') } }),
      'InvalidParameterValueException',
      /^Could not unzip uploaded file\. Please check your file, then try to upload again\.$/,
    ],
    [
      'code that leads out of its folder',
      () => ({ Code: { ZipFile: zipSync({ '../out': Buffer.from('x') }) } }),
      'InvalidParameterValueException',
      /^Could not unzip uploaded file/,
    ],
    [
      'code that is too large unzipped',
      () => ({ Code: { ZipFile: zipSync({ zeros: new Uint8Array((250 << 20) + 1) }) } }),
      'InvalidParameterValueException',
      /^Unzipped size must be smaller than 262144000 bytes$/,
    ],
    [
      'reserved variables',
      () => ({ Environment: { Variables: { AWS_REGION: 'here', FINE: 'canary' } } }),
      'InvalidParameterValueException',
      /contains reserved keys that are currently not supported for modification\. Reserved keys used in this request: AWS_REGION$/,
    ],
    [
      'more than 4 KB of variables',
      () => ({ Environment: { Variables: { LARGE: 'x'.repeat(4092) } } }),
      'InvalidParameterValueException',
      /exceeded the 4KB limit\.$/,
    ],
    [
      "AWS's own tags",
      () => ({ Tags: { 'aws:mine': 'x' } }),
      'InvalidParameterValueException',
      /^System tags cannot be added/,
    ],
    [
      'too many tags',
      () => ({ Tags: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, ''])) }),
      'InvalidParameterValueException',
      /^Number of tags exceeds resource tag limit\.$/,
    ],
    [
      'a role that is not there',
      () => ({ Role: `${roleArn}-not` }),
      'InvalidParameterValueException',
      /^The role defined for the function cannot be assumed by Lambda\.$/,
    ],
    [
      "another account's role",
      () => ({ Role: 'arn:aws:iam::999988887777:role/worker' }),
      'AccessDeniedException',
      /^Cross-account pass role is not allowed\.$/,
    ],
  ]
  for (const [why, input, name, message] of refused) {
    test(`refuses ${why}`, async () => {
      await assert.rejects(create(input()), { name, message })
    })
  }

  test('nothing of what was refused is there', async () => {
    const { Functions } = await scene.root.send(new ListFunctionsCommand({}))
    assert.deepEqual(Functions, [])
    const { AccountUsage } = await scene.root.send(new GetAccountSettingsCommand({}))
    assert.deepEqual(AccountUsage, { TotalCodeSize: 0, FunctionCount: 0 })
  })

  test('a role that does not trust Lambda is refused', async () => {
    const AssumeRolePolicyDocument = trust('ec2.amazonaws.com')
    await scene.iam.send(new CreateRoleCommand({ RoleName: 'other', AssumeRolePolicyDocument }))
    await assert.rejects(create({ Role: `arn:aws:iam::${account}:role/other` }), {
      name: 'InvalidParameterValueException',
      message: 'The role defined for the function cannot be assumed by Lambda.',
    })
  })

  test('who may not pass the role may not deploy with it', async () => {
    const keys = await scene.user(allow('lambda:*'))
    await assert.rejects(
      scene.client(keys).send(new CreateFunctionCommand(functionInput('unpassed'))),
      {
        name: 'AccessDeniedException',
        message: new RegExp(`iam:PassRole on resource: ${roleArn}`),
      },
    )
  })

  test('a function is answered as AWS does', async () => {
    const ZipFile = zipOf(echo)
    const { $metadata, LastModified, RevisionId, ...rest } = await create({
      FunctionName: 'whole',
      Code: { ZipFile },
      Timeout: 7,
      MemorySize: 256,
      Description: 'all of it',
      Environment: { Variables: { KEY: 'value' } },
      Tags: { team: 'blue' },
    })
    assert.equal($metadata.httpStatusCode, 201)
    assert.match(LastModified ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/)
    assert.match(RevisionId ?? '', /^[0-9a-f-]{36}$/)
    assert.deepEqual(rest, {
      FunctionName: 'whole',
      FunctionArn: arnOf('whole'),
      Runtime: 'nodejs22.x',
      Role: roleArn,
      Handler: 'index.handler',
      CodeSize: ZipFile.length,
      Description: 'all of it',
      Timeout: 7,
      MemorySize: 256,
      CodeSha256: createHash('sha256').update(ZipFile).digest('base64'),
      Version: '$LATEST',
      Environment: { Variables: { KEY: 'value' } },
      TracingConfig: { Mode: 'PassThrough' },
      State: 'Active',
      LastUpdateStatus: 'Successful',
      PackageType: 'Zip',
      Architectures: ['x86_64'],
      EphemeralStorage: { Size: 512 },
      SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/whole' },
    })
  })

  test('a name that is taken is a conflict', async () => {
    await assert.rejects(create({ FunctionName: 'whole' }), {
      name: 'ResourceConflictException',
      message: 'Function already exist: whole',
    })
  })

  test('with Publish it answers the first version', async () => {
    const { Version, FunctionArn } = await create({ FunctionName: 'published', Publish: true })
    assert.deepEqual([Version, FunctionArn], ['1', arnOf('published', '1')])
  })
})

describe('GetFunction and GetFunctionConfiguration', () => {
  const absent = {
    name: 'ResourceNotFoundException',
    message: `Function not found: ${arnOf('none')}`,
  }

  test('who may not see it does not learn whether it is there', async () => {
    const client = scene.client(await scene.user())
    for (const FunctionName of ['whole', 'none']) {
      await assert.rejects(client.send(new GetFunctionCommand({ FunctionName })), {
        name: 'AccessDeniedException',
        message: new RegExp(
          `is not authorized to perform: lambda:GetFunction on resource: ${arnOf(FunctionName)} because no identity-based policy allows`,
        ),
      })
    }
  })

  test('one that is not there', async () => {
    await assert.rejects(scene.root.send(new GetFunctionCommand({ FunctionName: 'none' })), absent)
    const get = new GetFunctionConfigurationCommand({ FunctionName: 'none' })
    await assert.rejects(scene.root.send(get), absent)
    const qualified = new GetFunctionCommand({ FunctionName: 'whole', Qualifier: '7' })
    await assert.rejects(scene.root.send(qualified), {
      message: `Function not found: ${arnOf('whole', '7')}`,
    })
  })

  test("another region's", async () => {
    const FunctionName = arnOf('whole').replace(region, 'eu-west-1')
    await assert.rejects(scene.root.send(new GetFunctionCommand({ FunctionName })), {
      name: 'ResourceNotFoundException',
      message: "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
    })
  })

  test('a qualifier that contradicts the name', async () => {
    const get = new GetFunctionCommand({ FunctionName: 'whole:1', Qualifier: '2' })
    await assert.rejects(scene.root.send(get), {
      name: 'InvalidParameterValueException',
      message:
        'The derived qualifier from the function name does not match the specified qualifier.',
    })
  })

  for (const FunctionName of [
    'whole',
    `${account}:function:whole`,
    `function:whole`,
    arnOf('whole'),
    arnOf('whole', '$LATEST'),
    'whole:$LATEST',
  ]) {
    test(`it is found as ${FunctionName}`, async () => {
      const { Configuration, Tags, Code } = await scene.root.send(
        new GetFunctionCommand({ FunctionName }),
      )
      assert.equal(Configuration?.FunctionName, 'whole')
      assert.deepEqual(Tags, { team: 'blue' })
      assert.equal(Code?.RepositoryType, 'S3')
    })
  }

  test('waiters are content at once', async () => {
    const wait = { client: scene.root, maxWaitTime: 5 }
    for (const waitUntil of [waitUntilFunctionActiveV2, waitUntilFunctionUpdatedV2]) {
      assert.equal((await waitUntil(wait, { FunctionName: 'whole' })).state, 'SUCCESS')
    }
  })

  test('no code need be signed', async () => {
    const get = new GetFunctionCodeSigningConfigCommand({ FunctionName: 'whole' })
    const { FunctionName, CodeSigningConfigArn } = await scene.root.send(get)
    assert.deepEqual([FunctionName, CodeSigningConfigArn], ['whole', ''])
  })
})

describe('ListFunctions', () => {
  test('a marker that is none is refused', async () => {
    await assert.rejects(scene.root.send(new ListFunctionsCommand({ Marker: 'mine' })), {
      name: 'InvalidParameterValueException',
    })
  })

  test('by pages, in the order of names; and with every version', async () => {
    const names: (string | undefined)[] = []
    for await (const page of paginateListFunctions({ client: scene.root, pageSize: 1 }, {})) {
      names.push(...(page.Functions ?? []).map(({ FunctionName }) => FunctionName))
    }
    assert.deepEqual(names, ['published', 'whole'])
    const all = await scene.root.send(new ListFunctionsCommand({ FunctionVersion: 'ALL' }))
    assert.deepEqual(
      all.Functions?.map(({ FunctionArn }) => FunctionArn),
      [arnOf('published'), arnOf('published', '1'), arnOf('whole')],
    )
  })

  test("nobody sees another account's", async () => {
    const { keys } = await scene.stranger()
    const { Functions } = await scene.client(keys).send(new ListFunctionsCommand({}))
    assert.deepEqual(Functions, [])
  })
})

describe('UpdateFunctionCode', () => {
  const update = (input: object) =>
    scene.root.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'whole', ZipFile: zipOf('() => 2'), ...input }),
    )

  test('a version cannot be changed', async () => {
    await assert.rejects(update({ FunctionName: 'published:1' }), {
      name: 'InvalidParameterValueException',
      message: /^This operation is permitted on Lambda functions only\./,
    })
  })

  test('another revision than the caller saw', async () => {
    const thrown = await update({ RevisionId: 'old' }).catch((error) => error)
    assert.equal(thrown.name, 'PreconditionFailedException')
    assert.equal(thrown.$metadata.httpStatusCode, 412)
    assert.match(
      thrown.message,
      /^The Revision Id provided does not match the latest Revision Id\./,
    )
  })

  test('only tried, it changes nothing', async () => {
    const { CodeSha256 } = await update({ DryRun: true })
    const get = new GetFunctionConfigurationCommand({ FunctionName: 'whole' })
    const now = await scene.root.send(get)
    assert.notEqual(now.CodeSha256, CodeSha256)
  })

  test('the new code runs, the version keeps the old, environments are dropped', async () => {
    const get = new GetFunctionConfigurationCommand({ FunctionName: 'published' })
    const { RevisionId } = await scene.root.send(get)
    const { RevisionId: next } = await update({ FunctionName: 'published', RevisionId })
    assert.notEqual(next, RevisionId)
    assert.deepEqual(scene.runner.forgotten.at(-1), arnOf('published'))
    assert.equal(await invoked('published'), '2')
    assert.equal(await invoked('published:1'), '{"a":1}')
    await update({ FunctionName: 'published', ZipFile: zipOf('() => 3') })
    assert.equal(await invoked('published'), '3')
  })
})

const invoked = async (FunctionName: string) => {
  const invoke = new InvokeCommand({ FunctionName, Payload: '{"a":1}' })
  return (await scene.root.send(invoke)).Payload?.transformToString()
}

describe('UpdateFunctionConfiguration', () => {
  const update = (input: object) =>
    scene.root.send(new UpdateFunctionConfigurationCommand({ FunctionName: 'whole', ...input }))

  test('what is not offered is refused', async () => {
    await assert.rejects(update({ SnapStart: { ApplyOn: 'PublishedVersions' } }), {
      name: 'InvalidParameterValueException',
      message: /^SnapStart is not offered here/,
    })
  })

  test('a role that the caller may not pass is refused', async () => {
    const keys = await scene.user(allow('lambda:*'))
    const change = new UpdateFunctionConfigurationCommand({ FunctionName: 'whole', Role: roleArn })
    await assert.rejects(scene.client(keys).send(change), { name: 'AccessDeniedException' })
  })

  test('what is given changes, the rest stays', async () => {
    const before = await scene.root.send(
      new GetFunctionConfigurationCommand({ FunctionName: 'whole' }),
    )
    const after = await update({ Timeout: 9, RevisionId: before.RevisionId })
    assert.deepEqual(
      [after.Timeout, after.MemorySize, after.Environment, after.Description],
      [9, 256, { Variables: { KEY: 'value' } }, 'all of it'],
    )
    assert.notEqual(after.RevisionId, before.RevisionId)
    const without = await update({ Environment: { Variables: {} } })
    assert.equal(without.Environment, undefined)
  })
})

describe('DeleteFunction', () => {
  const remove = (FunctionName: string, Qualifier?: string) =>
    scene.root.send(new DeleteFunctionCommand({ FunctionName, Qualifier }))

  test('one that is not there', async () => {
    await assert.rejects(remove('none'), { name: 'ResourceNotFoundException' })
  })

  test('$LATEST alone cannot go', async () => {
    await assert.rejects(remove('published', '$LATEST'), {
      name: 'InvalidParameterValueException',
      message: '$LATEST version cannot be deleted without deleting the function.',
    })
  })

  test('a version goes alone, and its number is not given again', async () => {
    await remove('published', '1')
    await assert.rejects(scene.root.send(new GetFunctionCommand({ FunctionName: 'published:1' })), {
      name: 'ResourceNotFoundException',
    })
    assert.equal(await invoked('published'), '3')
    const update = { FunctionName: 'published', ZipFile: zipOf('() => 4'), Publish: true }
    const { Version } = await scene.root.send(new UpdateFunctionCodeCommand(update))
    assert.equal(Version, '2')
  })

  test('it goes whole, and its name is free', async () => {
    for (const name of ['published', 'whole']) {
      const { $metadata } = await remove(name)
      assert.equal($metadata.httpStatusCode, 204)
      await assert.rejects(remove(name), { name: 'ResourceNotFoundException' })
    }
    const { AccountUsage } = await scene.root.send(new GetAccountSettingsCommand({}))
    assert.deepEqual(AccountUsage, { TotalCodeSize: 0, FunctionCount: 0 })
    await scene.make('whole')
    const { Tags } = await scene.root.send(new GetFunctionCommand({ FunctionName: 'whole' }))
    assert.equal(Tags, undefined)
  })
})
