/** Keys: made, wrapped, opened again; refused when they are not the right ones. */
import assert from 'node:assert/strict'
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { lengthPrefixed } from '../lib/bytes.ts'
import { Refusal } from '../lib/fault.ts'
import { Sealer, Unopenable } from '../lib/sealer.ts'
import { type Context, type DataKeys, openValue, sealValue } from './envelope.ts'
import { makeHeader, openKeyring } from './keyring.ts'
import { makeRootKey, readRootKey } from './root.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-keyring-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const rootKey = (): KeyObject => createSecretKey(randomBytes(32))

describe('root key', () => {
  test('a key file is made for its owner only and read again', () => {
    const path = join(folder, 'made')
    const made = makeRootKey(path)
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.equal(readRootKey(path)?.equals(made), true)
  })

  test('a key file is never replaced', () => {
    const path = join(folder, 'kept')
    makeRootKey(path)
    assert.throws(() => makeRootKey(path), { code: 'EEXIST' })
  })

  test('no file is no key', () => {
    assert.equal(readRootKey(join(folder, 'never')), undefined)
  })

  test('a key that others can read is refused', () => {
    const path = join(folder, 'open')
    makeRootKey(path)
    chmodSync(path, 0o640)
    assert.throws(() => readRootKey(path), /Others can read the root key/)
  })

  for (const text of ['', 'abc', 'g'.repeat(64), '0'.repeat(63), '0'.repeat(66)]) {
    test(`a file of ${text.length} other characters is refused`, () => {
      const path = join(folder, `malformed-${text.length}`)
      writeFileSync(path, text, { mode: 0o600 })
      assert.throws(() => readRootKey(path), /does not hold a root key/)
    })
  }
})

describe('keyring', () => {
  test('the header opens with its root key and gives the same keys again', () => {
    const root = rootKey()
    const header = JSON.parse(JSON.stringify(makeHeader(root)))
    const sealed = new Sealer('x', openKeyring(root, header).parents('records')).seal(
      Buffer.from('value'),
      Buffer.from('place'),
    )
    const again = new Sealer('x', openKeyring(root, header).parents('records'))
    assert.equal(again.open(sealed, Buffer.from('place')).toString(), 'value')
  })

  test('another root key is refused in one sentence', () => {
    const header = makeHeader(rootKey())
    assert.throws(() => openKeyring(rootKey(), header), Refusal)
  })

  test('a header whose store id was changed is refused', () => {
    const root = rootKey()
    const header = makeHeader(root)
    assert.throws(() => openKeyring(root, { ...header, storeId: 'other' }), Refusal)
  })

  test('keys of different purposes differ', () => {
    const root = rootKey()
    const keyring = openKeyring(root, makeHeader(root))
    const one = keyring.parents('records').keys.get(1)
    const other = keyring.parents('journal').keys.get(1)
    assert.ok(one && other)
    assert.equal(one.equals(other), false)
    assert.equal(keyring.lasting('journal').equals(other), true)
  })
})

describe('envelope', () => {
  const root = rootKey()
  const header = makeHeader(root)
  const dataKeys = (): DataKeys => {
    const sealer = openKeyring(root, header).sealer('kms')
    const place = (context: Context) =>
      lengthPrefixed(...Object.entries(context).sort().flat(), 'data key')
    return {
      async generate(context) {
        const key = createSecretKey(randomBytes(32))
        return { key, sealed: sealer.seal(key.export(), place(context)) }
      },
      open: async (sealed, context) => createSecretKey(sealer.open(sealed, place(context))),
    }
  }
  const context: Context = { SecretARN: 'arn:a', SecretVersionId: 'v1' }

  for (const bytes of [0, 1, 15, 16, 17, 4096, 65_536]) {
    test(`${bytes} bytes come back`, async () => {
      const value = randomBytes(bytes)
      const envelope = await sealValue(dataKeys(), value, context)
      assert.deepEqual(await openValue(dataKeys(), envelope, context), value)
    })
  }

  test('the context has no order', async () => {
    const envelope = await sealValue(dataKeys(), Buffer.from('v'), context)
    const turned = { SecretVersionId: 'v1', SecretARN: 'arn:a' }
    assert.equal((await openValue(dataKeys(), envelope, turned)).toString(), 'v')
  })

  test('no swap of halves among 20 values opens', async () => {
    const keys = dataKeys()
    const contexts = Array.from({ length: 20 }, (_, n) => ({
      ...context,
      SecretVersionId: `v${n}`,
    }))
    const sealed = await Promise.all(
      contexts.map((each) => sealValue(keys, Buffer.from('x'), each)),
    )
    let tried = 0
    for (const [a, one] of sealed.entries()) {
      for (const [b, other] of sealed.entries()) {
        if (a === b) continue
        const where = contexts[a] as Context
        const swaps = [other, { ...one, box: other.box }, { ...one, dataKey: other.dataKey }]
        for (const swap of swaps) {
          tried++
          await assert.rejects(openValue(keys, swap, where), Unopenable)
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
    test(`the context ${JSON.stringify(wrong)} opens nothing`, async () => {
      const envelope = await sealValue(dataKeys(), Buffer.from('v'), context)
      await assert.rejects(openValue(dataKeys(), envelope, wrong), Unopenable)
    })
  }

  test('what is not base64 does not open', async () => {
    const envelope = await sealValue(dataKeys(), Buffer.from('v'), context)
    await assert.rejects(openValue(dataKeys(), { ...envelope, box: '*' }, context), Unopenable)
    await assert.rejects(openValue(dataKeys(), { ...envelope, dataKey: '' }, context), Unopenable)
  })
})
