/** CreateAlias, UpdateAlias, DeleteAlias, ListAliases. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  CreateAliasCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  type KMSClient,
  ListAliasesCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms'
import {
  account,
  type MadeKey,
  nowhere,
  raiseScene,
  refused,
  type Scene,
  said,
  unsigned,
} from './scene.ts'

let scene: Scene
let kms: KMSClient
let key: MadeKey
before(async () => {
  scene = await raiseScene()
  kms = scene.kms
  key = await scene.key()
})
after(() => scene[Symbol.asyncDispose]())

const arnOf = (name: string) => `arn:aws:kms:us-east-1:${account}:${name}`
const create = (AliasName: string, TargetKeyId = key.id, by = kms) =>
  by.send(new CreateAliasCommand({ AliasName, TargetKeyId }))
const update = (AliasName: string, TargetKeyId: string, by = kms) =>
  by.send(new UpdateAliasCommand({ AliasName, TargetKeyId }))
const remove = (AliasName: string, by = kms) => by.send(new DeleteAliasCommand({ AliasName }))
const targetOf = async (KeyId: string) =>
  (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyId

const badPrefix =
  'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html'
const reserved = 'Alias names must not be empty, nor begin with alias/aws/, which is reserved.'

suite('CreateAlias', () => {
  test('an unsigned request is refused', () =>
    refused(
      create('alias/x', key.id, unsigned(scene.house)),
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ))

  test('names that can be none', async () => {
    await refused(create('mine'), 'ValidationException', badPrefix)
    await refused(create('alias/'), 'InvalidAliasNameException', reserved)
    await refused(create('alias/aws/s3'), 'InvalidAliasNameException', reserved)
    await refused(
      create('alias/with space'),
      'ValidationException',
      /at 'aliasName' failed to satisfy constraint: Member must satisfy regular expression pattern/,
    )
  })

  test('needs the permission on the key and on the alias', async () => {
    const onKey = await scene.as({ Action: 'kms:CreateAlias', Resource: key.arn })
    await refused(
      create('alias/denied', key.id, onKey.kms),
      'AccessDeniedException',
      said.denied(onKey.arn, 'kms:CreateAlias', arnOf('alias/denied'), 'identity-based'),
    )
    const onAlias = await scene.as({ Action: 'kms:CreateAlias', Resource: arnOf('alias/*') })
    await refused(
      create('alias/denied', key.id, onAlias.kms),
      'AccessDeniedException',
      said.denied(onAlias.arn, 'kms:CreateAlias', key.arn, 'identity-based'),
    )
    const onBoth = await scene.as({
      Action: 'kms:CreateAlias',
      Resource: [key.arn, arnOf('alias/*')],
    })
    await create('alias/allowed', key.id, onBoth.kms)
  })

  test('no such key; a key that is named by another alias', async () => {
    await refused(create('alias/x', nowhere), 'NotFoundException', said.absent(nowhere))
    await create('alias/first')
    await refused(
      create('alias/x', 'alias/first'),
      'NotFoundException',
      "Invalid keyId 'alias/first'",
    )
  })

  test('a key that is to be deleted', async () => {
    const other = await scene.key()
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: other.id }))
    await refused(
      create('alias/x', other.id),
      'KMSInvalidStateException',
      said.pendingDeletion(other.id),
    )
  })

  test('done, and done twice', async () => {
    await create('alias/team/one')
    assert.equal(await targetOf('alias/team/one'), key.id)
    await refused(
      create('alias/team/one'),
      'AlreadyExistsException',
      `An alias with the name ${arnOf('alias/team/one')} already exists`,
    )
  })

  test('at most fifty on a key', async () => {
    const other = await scene.key()
    for (let count = 0; count < 50; count++) await create(`alias/many/${count}`, other.id)
    await refused(
      create('alias/many/more', other.id),
      'LimitExceededException',
      'A key can have at most 50 aliases.',
    )
  })
})

suite('UpdateAlias', () => {
  test('no such alias', async () => {
    await refused(
      update('alias/nowhere', key.id),
      'NotFoundException',
      `Alias ${arnOf('alias/nowhere')} is not found.`,
    )
    await refused(update('mine', key.id), 'ValidationException', badPrefix)
  })

  test('needs the permission on alias, old key and new key', async () => {
    const other = await scene.key()
    await create('alias/moving')
    const person = await scene.as({
      Action: 'kms:UpdateAlias',
      Resource: [arnOf('alias/moving'), other.arn],
    })
    await refused(
      update('alias/moving', other.id, person.kms),
      'AccessDeniedException',
      said.denied(person.arn, 'kms:UpdateAlias', key.arn, 'identity-based'),
    )
    assert.equal(await targetOf('alias/moving'), key.id)
  })

  test('to a key of another kind', async () => {
    const mac = await scene.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    await create('alias/kind')
    await refused(
      update('alias/kind', mac.id),
      'ValidationException',
      'The current and the new key of an alias must be of the same type and have the same key usage.',
    )
  })

  test('done, and done twice', async () => {
    const other = await scene.key()
    await create('alias/wandering')
    await update('alias/wandering', other.id)
    await update('alias/wandering', other.id)
    assert.equal(await targetOf('alias/wandering'), other.id)
    const { Aliases } = await kms.send(new ListAliasesCommand({ KeyId: other.id }))
    assert.deepEqual(
      Aliases?.map((alias) => alias.AliasName),
      ['alias/wandering'],
    )
  })
})

suite('DeleteAlias', () => {
  test('needs the permission on the alias and on the key', async () => {
    await create('alias/kept')
    const person = await scene.as({ Action: 'kms:DeleteAlias', Resource: arnOf('alias/*') })
    await refused(
      remove('alias/kept', person.kms),
      'AccessDeniedException',
      said.denied(person.arn, 'kms:DeleteAlias', key.arn, 'identity-based'),
    )
    assert.equal(await targetOf('alias/kept'), key.id)
  })

  test('done; the key stays; done twice', async () => {
    await create('alias/gone')
    await remove('alias/gone')
    assert.equal(await targetOf(key.id), key.id)
    const words = `Alias ${arnOf('alias/gone')} is not found.`
    await refused(remove('alias/gone'), 'NotFoundException', words)
    await refused(targetOf('alias/gone'), 'NotFoundException', words)
  })

  test("a service's own stays", () =>
    refused(remove('alias/aws/ssm'), 'InvalidAliasNameException', reserved))
})

suite('ListAliases', () => {
  test('who may not', async () => {
    const nobody = await scene.as()
    await refused(
      nobody.kms.send(new ListAliasesCommand({})),
      'AccessDeniedException',
      said.denied(nobody.arn, 'kms:ListAliases', '', 'identity-based'),
    )
  })

  test('of a key that is not there', () =>
    refused(
      kms.send(new ListAliasesCommand({ KeyId: nowhere })),
      'NotFoundException',
      said.absent(nowhere),
    ))

  test('of one key, with their dates', async () => {
    const other = await scene.key()
    await create('alias/own/b', other.id)
    await create('alias/own/a', other.id)
    const { Aliases = [] } = await kms.send(new ListAliasesCommand({ KeyId: other.arn }))
    assert.deepEqual(
      Aliases.map(({ CreationDate, LastUpdatedDate, ...rest }) => {
        assert.ok(CreationDate && LastUpdatedDate)
        return rest
      }),
      ['alias/own/a', 'alias/own/b'].map((AliasName) => ({
        AliasName,
        AliasArn: arnOf(AliasName),
        TargetKeyId: other.id,
      })),
    )
  })

  test('page by page', async () => {
    const names = async (input: object) => {
      const seen: (string | undefined)[] = []
      let Marker: string | undefined
      do {
        const page = await kms.send(new ListAliasesCommand({ ...input, Limit: 7, Marker }))
        seen.push(...(page.Aliases ?? []).map((alias) => alias.AliasName))
        Marker = page.NextMarker
      } while (Marker)
      return seen
    }
    const all = await names({})
    assert.ok(all.length > 50)
    assert.deepEqual(all, [...new Set(all)].sort())
    const KeyId = await targetOf('alias/many/0')
    assert.equal((await names({ KeyId })).length, 50)
  })
})
