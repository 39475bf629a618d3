/** Keys: made, wrapped, opened again; refused when they are not the right ones. */
import assert from 'node:assert/strict'
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { lengthPrefixed } from '../lib/bytes.ts'
import { Refusal } from '../lib/fault.ts'
import { keyIdOf, Sealer, Unopenable } from '../lib/sealer.ts'
import { type Context, type DataKeys, openValue, sealValue } from './envelope.ts'
import { makeHeader, makeStoreId, makeStoreKey, unwrapKeys, wrapKeys } from './header.ts'
import { handedOutMs, openKeyring } from './keyring.ts'

const rootKey = (): KeyObject => createSecretKey(randomBytes(32))
const terms = { kind: 'key' } as const
const headerFor = (root: KeyObject) =>
  makeHeader({ root, terms }, { storeId: makeStoreId(), account: '000000000000', at: 1000 })

describe('keyring', () => {
  test('the header opens with its root key and gives the same keys again', () => {
    const root = rootKey()
    const header = JSON.parse(JSON.stringify(headerFor(root)))
    const sealed = new Sealer('x', openKeyring(root, header).parents('records')).seal(
      Buffer.from('value'),
      Buffer.from('place'),
    )
    const again = new Sealer('x', openKeyring(root, header).parents('records'))
    assert.equal(again.open(sealed, Buffer.from('place')).toString(), 'value')
  })

  test('another root key is refused in one sentence', () => {
    const header = headerFor(rootKey())
    assert.throws(() => openKeyring(rootKey(), header), Refusal)
  })

  test('a header whose store id was changed is refused', () => {
    const root = rootKey()
    const header = headerFor(root)
    assert.throws(() => openKeyring(root, { ...header, storeId: 'other' }), Refusal)
  })

  test('keys of different purposes differ', () => {
    const root = rootKey()
    const keyring = openKeyring(root, headerFor(root))
    const one = keyring.parents('records').keys.get(1)
    const other = keyring.parents('journal').keys.get(1)
    assert.ok(one && other)
    assert.equal(one.equals(other), false)
    assert.equal(keyring.lasting('journal').equals(other), true)
  })
})

describe('a further store key', () => {
  const root = rootKey()
  const first = headerFor(root)
  const one = unwrapKeys(root, first)?.storeKeys ?? new Map()
  const both = new Map([...one, [2, makeStoreKey()]])
  const keys = [...first.keys, { id: 2, since: 2000 }]
  const begun = wrapKeys({ ...first, keys }, both, [{ root, terms }])
  const done = wrapKeys({ ...first, keys, floor: 2 }, both, [{ root, terms }])
  const place = Buffer.from('place')

  test('what is open already seals under it from then on, and opens both', () => {
    const keyring = openKeyring(root, first)
    const sealer = keyring.sealer('records')
    const old = sealer.seal(Buffer.from('old'), place)
    keyring.apply(begun, both)
    const sealed = sealer.seal(Buffer.from('new'), place)
    assert.deepEqual([keyIdOf(old), keyIdOf(sealed)], [1, 2])
    assert.equal(sealer.open(old, place).toString(), 'old')
    assert.equal(openKeyring(root, begun).sealer('records').open(sealed, place).toString(), 'new')
  })

  test('the old one is forgotten once nothing is sealed under it or handed out, save by the journal', () => {
    const keyring = openKeyring(root, first)
    const [records, journal] = [keyring.sealer('records'), keyring.sealer('journal')]
    const old = records.seal(Buffer.from('old'), place)
    const batch = journal.seal(Buffer.from('batch'), place)
    keyring.apply(done, both)
    keyring.forget(2000 + handedOutMs - 1)
    assert.equal(records.open(old, place).toString(), 'old')
    keyring.forget(2000 + handedOutMs)
    assert.throws(() => records.open(old, place), Unopenable)
    assert.equal(journal.open(batch, place).toString(), 'batch')
  })

  test('a lasting key stays as it is', () => {
    const before = openKeyring(root, first).lasting('kms stamps')
    assert.equal(openKeyring(root, done).lasting('kms stamps').equals(before), true)
  })

  test('a header in which anything was edited does not open', () => {
    const edits = [
      { storeId: 'other' },
      { account: '111111111111' },
      { floor: 2 },
      { keys: [...first.keys, { id: 2, since: 2001 }] },
      { keys: first.keys },
      { keys: keys.toReversed() },
    ]
    for (const edit of edits) assert.equal(unwrapKeys(root, { ...begun, ...edit }), undefined)
    assert.equal(unwrapKeys(root, begun)?.storeKeys.size, 2)
  })

  test('under two seals either opens', () => {
    const other = rootKey()
    const header = wrapKeys(first, one, [
      { root, terms },
      { root: other, terms: { kind: 'kms', blob: 'b' } },
    ])
    assert.equal(unwrapKeys(root, header)?.terms.kind, 'key')
    assert.equal(unwrapKeys(other, header)?.terms.kind, 'kms')
    assert.equal(unwrapKeys(rootKey(), header), undefined)
  })
})

describe('envelope', () => {
  const root = rootKey()
  const header = headerFor(root)
  const dataKeys = (): DataKeys => {
    const sealer = openKeyring(root, header).sealer('kms')
    const place = (context: Context) =>
      lengthPrefixed(...Object.entries(context).sort().flat(), 'data key')
    return {
      generate(context) {
        const key = createSecretKey(randomBytes(32))
        return { key, sealed: sealer.seal(key.export(), place(context)) }
      },
      open: (sealed, context) => sealer.open(sealed, place(context)),
    }
  }
  const context: Context = { SecretARN: 'arn:a', SecretVersionId: 'v1' }

  for (const bytes of [0, 1, 15, 16, 17, 4096, 65_536]) {
    test(`${bytes} bytes come back`, () => {
      const value = randomBytes(bytes)
      const envelope = sealValue(dataKeys(), value, context)
      assert.deepEqual(openValue(dataKeys(), envelope, context), value)
    })
  }

  test('the context has no order', () => {
    const envelope = sealValue(dataKeys(), Buffer.from('v'), context)
    const turned = { SecretVersionId: 'v1', SecretARN: 'arn:a' }
    assert.equal(openValue(dataKeys(), envelope, turned).toString(), 'v')
  })

  test('no swap of halves among 20 values opens', () => {
    const keys = dataKeys()
    const contexts = Array.from({ length: 20 }, (_, n) => ({
      ...context,
      SecretVersionId: `v${n}`,
    }))
    const sealed = contexts.map((each) => sealValue(keys, Buffer.from('x'), each))
    let tried = 0
    for (const [a, one] of sealed.entries()) {
      for (const [b, other] of sealed.entries()) {
        if (a === b) continue
        const where = contexts[a] as Context
        const swaps = [other, { ...one, box: other.box }, { ...one, dataKey: other.dataKey }]
        for (const swap of swaps) {
          tried++
          assert.throws(() => openValue(keys, swap, where), Unopenable)
        }
      }
    }
    assert.equal(tried, 20 * 19 * 3)
  })

  for (const wrong of [
    {},
    { SecretARN: 'arn:a' },
    { ...context, more: '' },
    { SecretARN: 'arn:av1' },
  ]) {
    test(`the context ${JSON.stringify(wrong)} opens nothing`, () => {
      const envelope = sealValue(dataKeys(), Buffer.from('v'), context)
      assert.throws(() => openValue(dataKeys(), envelope, wrong), Unopenable)
    })
  }

  test('what is not base64 does not open', () => {
    const envelope = sealValue(dataKeys(), Buffer.from('v'), context)
    assert.throws(() => openValue(dataKeys(), { ...envelope, box: '*' }, context), Unopenable)
    assert.throws(() => openValue(dataKeys(), { ...envelope, dataKey: '' }, context), Unopenable)
  })
})
