/** Which program a checkout runs: never one that was built from other sources than those that are there. */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { isBuilt, programOf, sourcesOf, stampName } from '../../bin/built.js'

/** A checkout of two sources, built just now. */
function builtCheckout() {
  const root = `${mkdtempSync(join(tmpdir(), 'strongroom-built-'))}/`
  for (const folder of ['src/room', 'dist', 'node_modules']) {
    mkdirSync(join(root, folder), { recursive: true })
  }
  const write = (path: string, text: string) => writeFileSync(join(root, path), text)
  write('src/main.ts', 'one')
  write('src/room/noun.ts', 'two')
  write('package.json', '{}')
  write('node_modules/.package-lock.json', '{}')
  write(`dist/${stampName}`, sourcesOf(root))
  return { root, write, [Symbol.dispose]: () => rmSync(root, { recursive: true }) }
}

test('what was built from what is there runs', () => {
  using checkout = builtCheckout()
  assert.equal(isBuilt(checkout.root), true)
  assert.equal(programOf(checkout.root), `${checkout.root}dist/main.js`)
})

type Checkout = ReturnType<typeof builtCheckout>

const changes: Readonly<Record<string, (checkout: Checkout) => void>> = {
  'a source was changed': ({ write }) => write('src/room/noun.ts', 'three'),
  'a source was added': ({ write }) => write('src/room/verb.ts', ''),
  'a source was removed': ({ root }) => rmSync(join(root, 'src/room/noun.ts')),
  'an older source came back': ({ root }) => utimesSync(join(root, 'src/main.ts'), 1, 1),
  'another length came with the same time': ({ root, write }) => {
    const path = join(root, 'src/main.ts')
    const { atime, mtime } = statSync(path)
    write('src/main.ts', 'more than that')
    utimesSync(path, atime, mtime)
  },
  'other packages were installed': ({ write }) => write('node_modules/.package-lock.json', '{ }'),
  'the package was changed': ({ write }) => write('package.json', '{ }'),
  'nothing was built': ({ root }) => rmSync(join(root, 'dist'), { recursive: true }),
}

for (const [what, change] of Object.entries(changes)) {
  test(`the sources run where ${what}`, () => {
    using checkout = builtCheckout()
    change(checkout)
    assert.equal(isBuilt(checkout.root), false)
    assert.equal(programOf(checkout.root), `${checkout.root}src/main.ts`)
  })
}

test('a test that was changed changes no program', () => {
  using checkout = builtCheckout()
  checkout.write('src/room/noun.test.ts', 'four')
  assert.equal(isBuilt(checkout.root), true)
})

test('where there are no sources, what was built runs', () => {
  using checkout = builtCheckout()
  rmSync(join(checkout.root, 'src'), { recursive: true })
  assert.equal(programOf(checkout.root), `${checkout.root}dist/main.js`)
})
