import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { strToU8, zipSync } from 'fflate'
import { Cache } from './cache.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-cache-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function packed(files: Record<string, string>) {
  const contents = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const)
  const zip = zipSync(Object.fromEntries(contents), { level: 0 })
  let asked = 0
  return {
    codeSha256: createHash('sha256').update(zip).digest('base64'),
    code: async () => {
      asked++
      return zip
    },
    asked: () => asked,
  }
}

test('code is unpacked once for all who hold it at once', async () => {
  const cache = new Cache(folder, 1 << 20)
  const zip = packed({ 'lib/a.txt': 'a' })
  const [one, other] = await Promise.all([cache.hold([zip]), cache.hold([zip])])
  assert.equal(one.path, other.path)
  assert.equal(readFileSync(join(one.path, 'lib/a.txt'), 'utf8'), 'a')
  assert.equal(zip.asked(), 1)
})

test('nothing in it can be written, and everybody may read it', async () => {
  const { path } = await new Cache(folder, 1 << 20).hold([packed({ 'lib/a.txt': 'a' })])
  assert.equal(statSync(join(path, 'lib/a.txt')).mode & 0o777, 0o444)
  assert.equal(statSync(join(path, 'lib')).mode & 0o777, 0o755)
})

test('layers lie over each other', async () => {
  const layers = [packed({ a: '1', b: '1' }), packed({ b: '2', c: '2' })]
  const { path } = await new Cache(folder, 1 << 20).hold(layers)
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => readFileSync(join(path, name), 'utf8')),
    ['1', '2', '2'],
  )
})

test('what nobody holds goes when there is too much, the longest unused first', async () => {
  const cache = new Cache(folder, 25_000)
  const zips = ['a', 'b', 'c'].map((sign) => packed({ 'big.txt': sign.repeat(10_000) }))
  const [first, second, third] = zips as [(typeof zips)[0], (typeof zips)[0], (typeof zips)[0]]
  const held = await cache.hold([first])
  const left = await cache.hold([second])
  left.release()
  await cache.hold([third])
  assert.equal(existsSync(held.path), true)
  assert.equal(existsSync(left.path), false)
  await cache.hold([second])
  assert.equal(second.asked(), 2)
})

test('code that is not what its hash says is refused, and asked for again', async () => {
  const cache = new Cache(folder, 1 << 20)
  const { code } = packed({ a: '1' })
  const { codeSha256, code: right } = packed({ a: '2' })
  await assert.rejects(cache.hold([{ codeSha256, code }]), /hash/)
  const { path } = await cache.hold([{ codeSha256, code: right }])
  assert.equal(readFileSync(join(path, 'a'), 'utf8'), '2')
})
