/** DescribeKey and ListKeys: the names of a key. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { CreateAliasCommand, DescribeKeyCommand, ListKeysCommand } from '@aws-sdk/client-kms'
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
let key: MadeKey
before(async () => {
  scene = await raiseScene()
  key = await scene.key()
})
after(() => scene[Symbol.asyncDispose]())

const describe = (KeyId: string, by = scene.kms) => by.send(new DescribeKeyCommand({ KeyId }))

suite('DescribeKey', () => {
  test('an unsigned request is refused', () =>
    refused(
      describe(key.id, unsigned(scene.house)),
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    ))

  test('what can be no id', async () => {
    for (const id of [
      'x',
      'ALIAS/x',
      'mrk-1',
      `${key.id}0`,
      'arn:aws:kms:us-east-1:1:key/x',
      'alias/ä',
    ]) {
      await refused(describe(id), 'NotFoundException', `Invalid keyId '${id}'`)
    }
    await refused(
      describe('x'.repeat(2049)),
      'ValidationException',
      /at 'keyId' failed to satisfy constraint: Member must have length less than or equal to 2048$/,
    )
  })

  test("another region's ARN", () =>
    refused(
      describe(key.arn.replace('us-east-1', 'eu-west-1')),
      'NotFoundException',
      'Invalid arn eu-west-1',
    ))

  test('who may not, whether it is there or not', async () => {
    const nobody = await scene.as()
    for (const id of [key.id, nowhere]) {
      await refused(
        describe(id, nobody.kms),
        'AccessDeniedException',
        said.denied(
          nobody.arn,
          'kms:DescribeKey',
          `arn:aws:kms:us-east-1:${account}:key/${id}`,
          'identity-based',
        ),
      )
    }
  })

  test("another account's key, whether it is there or not", async () => {
    const stranger = await scene.stranger()
    for (const arn of [key.arn, key.arn.replace(key.id, nowhere)]) {
      await refused(
        describe(arn, stranger.kms),
        'AccessDeniedException',
        said.denied(stranger.arn, 'kms:DescribeKey', arn, 'resource-based'),
      )
    }
  })

  test('no such key, no such alias', async () => {
    await refused(describe(nowhere), 'NotFoundException', said.absent(nowhere))
    await refused(
      describe('alias/nowhere'),
      'NotFoundException',
      `Alias arn:aws:kms:us-east-1:${account}:alias/nowhere is not found.`,
    )
  })

  test('by id, ARN, alias and alias ARN', async () => {
    await scene.kms.send(new CreateAliasCommand({ AliasName: 'alias/a/b', TargetKeyId: key.id }))
    const aliasArn = `arn:aws:kms:us-east-1:${account}:alias/a/b`
    for (const id of [key.id, key.arn, 'alias/a/b', aliasArn]) {
      assert.equal((await describe(id)).KeyMetadata?.KeyId, key.id, id)
    }
  })

  test('a permission by alias holds for that alias, and for the key that has it', async () => {
    const other = await scene.key()
    await scene.kms.send(new CreateAliasCommand({ AliasName: 'alias/open', TargetKeyId: other.id }))
    const byRequest = await scene.as({
      Action: 'kms:DescribeKey',
      Condition: { StringEquals: { 'kms:RequestAlias': 'alias/open' } },
    })
    assert.equal((await describe('alias/open', byRequest.kms)).KeyMetadata?.KeyId, other.id)
    await refused(describe(other.id, byRequest.kms), 'AccessDeniedException', /identity-based/)
    const byResource = await scene.as({
      Action: 'kms:DescribeKey',
      Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/open' } },
    })
    assert.equal((await describe(other.id, byResource.kms)).KeyMetadata?.KeyId, other.id)
    await refused(describe(key.id, byResource.kms), 'AccessDeniedException', /identity-based/)
  })

  test('a permission by tag', async () => {
    const tagged = await scene.key({ Tags: [{ TagKey: 'team', TagValue: 'blue' }] })
    const person = await scene.as({
      Action: 'kms:DescribeKey',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
    })
    assert.equal((await describe(tagged.id, person.kms)).KeyMetadata?.KeyId, tagged.id)
    await refused(describe(key.id, person.kms), 'AccessDeniedException', /identity-based/)
  })

  test('a permission by kms:CallerAccount', async () => {
    const Condition = { StringEquals: { 'kms:CallerAccount': account } }
    const person = await scene.as({ Action: 'kms:DescribeKey', Condition })
    assert.equal((await describe(key.id, person.kms)).KeyMetadata?.KeyId, key.id)
  })
})

suite('ListKeys', () => {
  test('who may not', async () => {
    const nobody = await scene.as()
    await refused(
      nobody.kms.send(new ListKeysCommand({})),
      'AccessDeniedException',
      said.denied(nobody.arn, 'kms:ListKeys', '', 'identity-based'),
    )
  })

  test('a marker that is none', () =>
    refused(
      scene.kms.send(new ListKeysCommand({ Marker: 'x' })),
      'InvalidMarkerException',
      'Invalid marker.',
    ))

  test('page by page, each key once', async () => {
    for (let count = 0; count < 4; count++) await scene.key()
    const seen: string[] = []
    let Marker: string | undefined
    do {
      const page = await scene.kms.send(new ListKeysCommand({ Limit: 2, Marker }))
      seen.push(...(page.Keys ?? []).map((each) => each.KeyId ?? ''))
      assert.equal(page.Truncated, page.NextMarker !== undefined)
      Marker = page.NextMarker
    } while (Marker)
    const { Keys, Truncated } = await scene.kms.send(new ListKeysCommand({}))
    assert.equal(Truncated, false)
    assert.deepEqual(
      seen,
      Keys?.map((each) => each.KeyId),
    )
    assert.equal(new Set(seen).size, seen.length)
    const own = Keys?.find((each) => each.KeyId === key.id)
    assert.equal(own?.KeyArn, key.arn)
  })

  test('each region has its own', async () => {
    assert.deepEqual((await scene.at('eu-west-1').send(new ListKeysCommand({}))).Keys, [])
  })
})
