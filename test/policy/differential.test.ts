import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareEvaluators } from './compare.ts'

test('the compiled evaluator never differs from the naive one (short form)', (t) => {
  const seen = compareEvaluators(4000, 20261101)
  t.diagnostic(`4000 questions: ${JSON.stringify(seen)}, 0 differences`)
  for (const count of Object.values(seen)) assert.ok(count > 100, 'each outcome was met')
})
