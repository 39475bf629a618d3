/** What the bundle must have, told by the sources. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { entries } from './build.ts'
import { licencesOf } from './licences.ts'

test('what is started by its path is an entry of the bundle', () => {
  const files = globSync('**/*.ts', { cwd: 'src' }).filter((file) => !file.endsWith('.test.ts'))
  const started = files.flatMap((file) => {
    const text = readFileSync(join('src', file), 'utf8')
    return [...text.matchAll(/\b(?:startThread|programAt)\('([^']+)'/g)].map(([, name]) => name)
  })
  assert.ok(started.length > 5, 'the sources were read')
  assert.deepEqual(
    started.filter((name) => !entries.includes(String(name))),
    [],
  )
})

test('what the package exports is an entry of the bundle', () => {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))
  for (const { default: path } of [exports['.'], exports['./cache']]) {
    assert.ok(entries.some((name) => path === `./dist/${name}.js`))
  }
})

test('the licence of each package is passed on once, that of its page where it has no file', () => {
  const moduleIds = ['pg/lib/index.js', 'pg/lib/client.js', 'pg-types/index.js'].map((path) =>
    join(process.cwd(), 'node_modules', path),
  )
  const text = licencesOf([{ moduleIds: [...moduleIds, join(process.cwd(), 'src/main.ts')] }])
  assert.deepEqual(
    text.match(/^\S+ [\d.]+ \(\w+\)$/gm)?.map((line) => line.split(' ')[0]),
    ['pg', 'pg-types'],
  )
  assert.equal(text.match(/Permission is hereby granted/g)?.length, 2)
})
