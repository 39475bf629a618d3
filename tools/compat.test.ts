import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compatPage, compatPath, servedServices } from './compat.ts'
import { limitations } from './limitations.ts'

test('docs/compat.md is what the tables say', async () => {
  const services = await servedServices()
  assert.equal(readFileSync(compatPath, 'utf8'), compatPage(services), 'run node tools/compat.ts')
  for (const [name, notes] of Object.entries(limitations)) {
    const named = Object.keys(notes).filter((each) => each !== '*')
    const unknown = named.filter((each) => !services.get(name)?.operations.has(each))
    assert.deepEqual(unknown, [], `notes of ${name} on operations that it does not have`)
  }
})
