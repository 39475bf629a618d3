/** What is remembered of changes, and what is not any more. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { keyOf } from './store/key.ts'
import { Watching } from './watching.ts'

/** A store that commits when told. */
function scene(limits = { rememberedMax: 2, waitersMax: 1 }) {
  let tell: (changed: readonly string[], isBehind: boolean) => void = () => undefined
  const store = {
    position: 10,
    onCommit(listener: typeof tell) {
      tell = listener
    },
  }
  const watching = new Watching(store, limits)
  const commit = (changed: readonly string[], isBehind = false) => {
    store.position++
    tell(changed, isBehind)
  }
  return { watching, commit, store }
}

const account = '000000000000'
const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:${account}:secret:${name}-AbCdEf`
const key = (name: string) => keyOf('secrets', [account, 'us-east-1', name])
const keys = (...names: string[]) => new Set(names.map(key))

describe('changes', () => {
  test('are known by the record of a secret or a parameter', () => {
    const { watching } = scene()
    assert.equal(watching.keyOf(arnOf('a/b')), key('a/b'))
    const parameter = `arn:aws:ssm:us-east-1:${account}:parameter/a/b`
    assert.equal(watching.keyOf(parameter), keyOf('parameters', [account, 'us-east-1', '/a/b']))
    assert.equal(watching.keyOf(`arn:aws:kms:us-east-1:${account}:key/x`), undefined)
    assert.equal(watching.keyOf(arnOf('a\u0001b')), undefined)
  })

  test('are told behind the position at which they were asked for', () => {
    const { watching, commit } = scene()
    commit([key('a'), 'other\u001fthing'])
    assert.deepEqual(watching.since(10, keys('a', 'b')), keys('a'))
    assert.deepEqual(watching.since(11, keys('a', 'b')), keys())
  })

  test('that were forgotten count as made, as do those before the start', () => {
    const { watching, commit } = scene()
    assert.equal(watching.since(9, keys('a')), 'unknown')
    for (const name of ['a', 'b', 'c']) commit([key(name)])
    assert.equal(watching.since(10, keys('a')), 'unknown')
    assert.deepEqual(watching.since(11, keys('b', 'c')), keys('b', 'c'))
  })

  test('that nobody told of count as made, and wake whoever waits', async () => {
    const { watching, commit, store } = scene()
    const waiting = watching.wait(10, keys('a'), 60_000)
    commit([], true)
    assert.equal(await waiting, store.position)
    assert.equal(watching.since(10, keys('a')), 'unknown')
  })
})

describe('whoever waits', () => {
  test('is woken by its own keys alone, with the position then', async () => {
    const { watching, commit } = scene()
    const waiting = watching.wait(10, keys('a'), 60_000)
    commit([key('b')])
    commit([key('a')])
    assert.equal(await waiting, 12)
  })

  test('does not wait for what has happened already, nor after the end', async () => {
    const { watching, commit } = scene()
    commit([key('a')])
    assert.equal(await watching.wait(10, keys('a'), 60_000), 11)
    const waiting = watching.wait(11, keys('a'), 60_000)
    watching.close()
    assert.equal(await waiting, undefined)
    assert.equal(await watching.wait(11, keys('a'), 60_000), undefined)
  })

  test('is one of a bounded number, and leaves nothing behind', async () => {
    const { watching } = scene()
    assert.equal(watching.hasRoom(), true)
    const waiting = watching.wait(10, keys('a'), 1)
    assert.equal(watching.hasRoom(), false)
    assert.equal(await waiting, undefined)
    assert.equal(watching.hasRoom(), true)
  })
})
