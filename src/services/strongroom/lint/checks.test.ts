/** Secrets and keys by their age, at the boundary of each. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dayMs } from '../../../lib/clock.ts'
import type { KeyFacts, SecretFacts } from './article.ts'
import { keyFindings } from './keys.ts'
import { secretFindings } from './secrets.ts'

const now = 1000 * dayMs
const daysAgo = (days: number) => now - days * dayMs
const secret = (more: Partial<SecretFacts>): SecretFacts => ({
  ...{ arn: 'arn', createdAt: daysAgo(100), lastReadAt: now, isReplica: false, rotates: true },
  ...more,
})
const key = (more: Partial<KeyFacts>): KeyFacts => ({
  ...{ id: 'AKIA', owner: 'arn', isActive: true, createdAt: daysAgo(10), ...more },
})

const secretCases: readonly (readonly [Partial<SecretFacts>, readonly string[]])[] = [
  [{}, []],
  [{ lastReadAt: daysAgo(90) }, []],
  [{ lastReadAt: daysAgo(91) }, ['SECRET_UNUSED']],
  [{ lastReadAt: undefined }, ['SECRET_UNUSED']],
  [{ lastReadAt: undefined, createdAt: daysAgo(90) }, []],
  [{ rotates: false }, ['SECRET_WITHOUT_ROTATION']],
  [{ rotates: false, isReplica: true }, []],
  [{ rotatesBy: now }, []],
  [{ rotatesBy: now - 1 }, ['SECRET_ROTATION_OVERDUE']],
  [{ rotatesBy: now - 1, isReplica: true }, []],
]
for (const [facts, expected] of secretCases) {
  test(`secret ${JSON.stringify(facts)}: ${expected.join() || 'nothing'}`, () => {
    assert.deepEqual(
      secretFindings(secret(facts), now).map(({ Check }) => Check),
      expected,
    )
  })
}

const keyCases: readonly (readonly [Partial<KeyFacts>, readonly string[]])[] = [
  [{}, []],
  [{ createdAt: daysAgo(91) }, ['ACCESS_KEY_UNUSED']],
  [{ createdAt: daysAgo(91), lastUsedAt: now }, ['ACCESS_KEY_OLD']],
  [{ createdAt: daysAgo(90), lastUsedAt: daysAgo(90) }, []],
  [{ createdAt: daysAgo(91), isActive: false }, []],
]
for (const [facts, expected] of keyCases) {
  test(`key ${JSON.stringify(facts)}: ${expected.join() || 'nothing'}`, () => {
    assert.deepEqual(
      keyFindings(key(facts), now).map(({ Check }) => Check),
      expected,
    )
  })
}
