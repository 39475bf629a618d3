/** Key files: made for their owner, refused when they are not as they must be, never overwritten. */
import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileSealIn, makeRootKey, mountedSeal, readRootKey } from './key-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-key-file-'))
after(() => rmSync(folder, { recursive: true, force: true }))

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

describe('the seal of a data folder', () => {
  const path = mkdtempSync(join(folder, 'data-'))
  const seal = fileSealIn(path)
  const terms = { kind: 'key' } as const
  const past = () => readdirSync(path).filter((name) => name.startsWith('root.key.until-'))

  test('a key that is made waits beside the one that is used, until it is kept', async () => {
    const { root: first } = await seal.begin('store')
    const { root: second } = await seal.make('store')
    assert.equal((await seal.open(terms, 'store')).equals(first), true)
    assert.equal((await seal.recall(terms, 'store')).equals(second), true)
    seal.keep()
    assert.equal((await seal.open(terms, 'store')).equals(second), true)
    assert.equal(readRootKey(join(path, past()[0] ?? ''))?.equals(first), true)
  })

  test('of two that were made only the last waits, and no predecessor is overwritten', async () => {
    await seal.make('store')
    const { root } = await seal.make('store')
    seal.keep()
    assert.equal((await seal.open(terms, 'store')).equals(root), true)
    seal.retire()
    assert.equal(past().length, 3)
    await assert.rejects(seal.open(terms, 'store'), /root\.key is missing: put it back/)
  })
})

describe('a mounted key', () => {
  const path = join(folder, 'mounted')

  test('may be read by a group, and by nobody else', async () => {
    makeRootKey(path)
    chmodSync(path, 0o440)
    const { root } = await mountedSeal(path).make('store')
    assert.equal((await mountedSeal(path).open({ kind: 'key' }, 'store')).equals(root), true)
    chmodSync(path, 0o444)
    await assert.rejects(mountedSeal(path).make('store'), /Others can read the root key/)
  })

  test('is never made here', async () => {
    const absent = mountedSeal(join(folder, 'absent'))
    await assert.rejects(absent.begin('store'), /is missing: mount it/)
  })
})
