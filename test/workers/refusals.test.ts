/** What several processes cannot have is refused before anything is touched. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig } from '../../src/config.ts'

const refused = (flags: object, environment: Record<string, string>, words: RegExp) =>
  assert.throws(() => readConfig(flags, environment), { name: 'Refusal', message: words })

test('one process answers unless more are asked for', () => {
  assert.equal(readConfig({}, {}).workers, 1)
  assert.equal(readConfig({ workers: '1' }, {}).workers, 1)
  assert.equal(readConfig({}, { STRONGROOM_WORKERS: '4' }).workers, 4)
})

for (const workers of ['0', '65', '-1', '1.5', 'two', '']) {
  test(`--workers ${workers} is refused`, () => {
    refused({ workers }, {}, /is not a number of processes from 1 to 64\.$/)
  })
}

test('what counts within one process is refused for several', () => {
  refused({ workers: '2', rateLimits: 'aws' }, {}, /leave --workers out\.$/)
  assert.equal(readConfig({ workers: '1', rateLimits: 'aws' }, {}).limitsRates, true)
})

test('nodes on PostgreSQL are more nodes, not more processes of one', () => {
  const environment = { STRONGROOM_STORE: 'postgres://u:p@db/strongroom' }
  refused({ workers: '2' }, environment, /start more nodes instead\.$/)
})
