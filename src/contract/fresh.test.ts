/** What is committed is what the models say, and nothing else is there. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  contractOf,
  generatedFile,
  readSource,
  type Source,
  services,
} from '../../tools/contract.ts'

for (const service of services()) {
  test(`the contract of ${service} is as tools/contract.ts makes it`, () => {
    const committed = readFileSync(generatedFile(service), 'utf8')
    assert.ok(
      committed === contractOf(service, readSource(service)),
      `run node tools/contract.ts: ${service} differs from its model`,
    )
  })
}

test('no contract is left of a model that went', () => {
  const files = readdirSync(new URL('./generated/', import.meta.url))
  const expected = services().map((service) => `${service}.ts`)
  assert.deepEqual(files.sort(), expected)
})

const tiny = (shapes: object, input = 'In'): Source => ({
  metadata: { serviceId: 'Tiny', endpointPrefix: 'tiny', protocol: 'json', apiVersion: '1' },
  operations: { Do: { input: { shape: input }, http: { method: 'POST', requestUri: '/' } } },
  shapes: shapes as Source['shapes'],
})

test('a trait that the generator does not know stops it', () => {
  const source = tiny({
    In: { type: 'structure', members: { A: { shape: 'S' } } },
    S: { type: 'string', maxWords: 3 },
  })
  assert.throws(() => contractOf('tiny', source), /traits not known: maxWords/)
})

test('a type that the generator does not know stops it', () => {
  const source = tiny({
    In: { type: 'structure', members: { A: { shape: 'S' } } },
    S: { type: 'bigdecimal' },
  })
  assert.throws(() => contractOf('tiny', source), /type not known: bigdecimal of S/)
})

test('a structure named as the generated text names something else stops it', () => {
  const source = tiny({ Record: { type: 'structure', members: {} } }, 'Record')
  assert.throws(() => contractOf('tiny', source), /Record needs another name/)
})

test('a shape that is named and absent stops it', () => {
  const source = tiny({ In: { type: 'structure', members: { A: { shape: 'Gone' } } } })
  assert.throws(() => contractOf('tiny', source), /Tiny has no shape Gone/)
})
