/** TagResource, UntagResource, ListResourceTags, UpdateKeyDescription. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  DescribeKeyCommand,
  ListResourceTagsCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms'
import { nowhere, raiseScene, refused, type Scene, said, unsigned } from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const tagsOf = (...names: string[]) => names.map((TagKey) => ({ TagKey, TagValue: `${TagKey}!` }))
const tag = (KeyId: string, names: string[], by = scene.kms) =>
  by.send(new TagResourceCommand({ KeyId, Tags: tagsOf(...names) }))
const untag = (KeyId: string, TagKeys: string[], by = scene.kms) =>
  by.send(new UntagResourceCommand({ KeyId, TagKeys }))
const list = (KeyId: string, input: object = {}, by = scene.kms) =>
  by.send(new ListResourceTagsCommand({ KeyId, ...input }))
const describe = (KeyId: string, Description: string, by = scene.kms) =>
  by.send(new UpdateKeyDescriptionCommand({ KeyId, Description }))

const operations = [
  ['TagResource', (id: string, by = scene.kms) => tag(id, ['a'], by)],
  ['UntagResource', (id: string, by = scene.kms) => untag(id, ['a'], by)],
  ['ListResourceTags', (id: string, by = scene.kms) => list(id, {}, by)],
  ['UpdateKeyDescription', (id: string, by = scene.kms) => describe(id, 'x', by)],
] as const

for (const [name, send] of operations) {
  suite(name, () => {
    test('unsigned; who may not; no such key', async () => {
      const { id, arn } = await scene.key()
      await refused(
        send(id, unsigned(scene.house)),
        'MissingAuthenticationTokenException',
        'Missing Authentication Token',
      )
      const nobody = await scene.as()
      await refused(
        send(id, nobody.kms),
        'AccessDeniedException',
        said.denied(nobody.arn, `kms:${name}`, arn, 'identity-based'),
      )
      await refused(send(nowhere), 'NotFoundException', said.absent(nowhere))
    })

    if (name === 'ListResourceTags') return
    test('a key that is to be deleted', async () => {
      const { id } = await scene.key()
      await scene.kms.send(new ScheduleKeyDeletionCommand({ KeyId: id }))
      await refused(send(id), 'KMSInvalidStateException', said.pendingDeletion(id))
    })
  })
}

suite('tags', () => {
  test('names that AWS does not take', async () => {
    const { id } = await scene.key()
    await refused(tag(id, ['a', 'a']), 'TagException', 'Duplicate tag keys')
    await refused(tag(id, ['Aws:a']), 'TagException', 'Tags beginning with aws: are reserved')
    await refused(
      tag(id, ['x'.repeat(129)]),
      'ValidationException',
      /^1 validation error detected: Value 'x+' at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length less than or equal to 128$/,
    )
  })

  test('at most fifty', async () => {
    const { id } = await scene.key()
    const names = Array.from({ length: 50 }, (_, at) => `t${at}`)
    await tag(id, names)
    await refused(tag(id, ['more']), 'TagException', 'Too many tags')
    await tag(id, ['t0'])
  })

  test('who may only with a certain tag', async () => {
    const { id } = await scene.key()
    const person = await scene.as({
      Action: 'kms:TagResource',
      Condition: { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['a'] } },
    })
    await tag(id, ['a'], person.kms)
    await refused(tag(id, ['b'], person.kms), 'AccessDeniedException', /identity-based/)
  })

  test('added, replaced, removed; done twice', async () => {
    const { id } = await scene.key({ Tags: [{ TagKey: 'a', TagValue: 'old' }] })
    await tag(id, ['b', 'a'])
    await tag(id, ['b', 'a'])
    assert.deepEqual((await list(id)).Tags, tagsOf('a', 'b'))
    await untag(id, ['a', 'never'])
    await untag(id, ['a'])
    assert.deepEqual((await list(id)).Tags, tagsOf('b'))
    await untag(id, ['b'])
    assert.deepEqual((await list(id)).Tags, [])
  })

  test('page by page', async () => {
    const { id } = await scene.key()
    await tag(id, ['c', 'a', 'b'])
    const page = await list(id, { Limit: 2 })
    assert.deepEqual([page.Tags, page.Truncated], [tagsOf('a', 'b'), true])
    const next = await list(id, { Limit: 2, Marker: page.NextMarker })
    assert.deepEqual([next.Tags, next.Truncated], [tagsOf('c'), false])
    await refused(list(id, { Marker: 'x' }), 'InvalidMarkerException', 'Invalid marker.')
  })
})

suite('the description', () => {
  test('of at most 8192 characters; done; taken away', async () => {
    const { id } = await scene.key()
    await refused(
      describe(id, 'x'.repeat(8193)),
      'ValidationException',
      /at 'description' failed to satisfy constraint: Member must have length less than or equal to 8192$/,
    )
    const shown = async () =>
      (await scene.kms.send(new DescribeKeyCommand({ KeyId: id }))).KeyMetadata?.Description
    await describe(id, 'mine')
    assert.equal(await shown(), 'mine')
    await describe(id, '')
    assert.equal(await shown(), '')
  })
})
