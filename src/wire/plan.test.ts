import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { iam } from '../contract/generated/iam.ts'
import { secretsmanager } from '../contract/generated/secretsmanager.ts'
import { sts } from '../contract/generated/sts.ts'
import type { ServiceModel, StringShape } from '../contract/model.ts'
import { readModel } from '../contract/model.ts'
import { compilePattern, planOf } from './plan.ts'

const models: readonly ServiceModel[] = [iam, secretsmanager, sts]

const patternsOf = (model: ServiceModel): StringShape[] =>
  Object.values(model.shapes).filter(
    (shape): shape is StringShape => shape.type === 'string' && shape.pattern !== undefined,
  )

test('every operation of every model has a plan, made once', () => {
  for (const model of models) {
    for (const name of Object.keys(model.operations)) {
      assert.ok(planOf(model, name))
      assert.equal(planOf(model, name), planOf(model, name))
    }
  }
})

test('a name that only objects inherit has no plan', () => {
  for (const name of ['__proto__', 'constructor', 'hasOwnProperty']) {
    assert.equal(planOf(iam, name), undefined)
  }
})

test('a shape that holds itself is planned', () => {
  const model = readModel(
    JSON.stringify({
      operations: { Do: { input: 'Tree', errors: [] } },
      shapes: {
        Tree: { type: 'structure', members: { Sub: { shape: 'Trees' } } },
        Trees: { type: 'list', member: { shape: 'Tree' } },
      },
      errors: {},
    }),
  )
  const tree = planOf(model, 'Do')?.input
  const list = tree?.members[0]?.plan
  assert.equal(list?.type === 'list' && list.item, tree)
})

test('every pattern compiles, with the u flag if it speaks of Unicode classes', () => {
  for (const { pattern = '' } of models.flatMap(patternsOf)) {
    const compiled = compilePattern(pattern)
    assert.ok(compiled.unicode || !pattern.includes('\\p'), pattern)
  }
})

test('a pattern binds the whole text, whether or not it says so', () => {
  assert.equal(compilePattern('[\\w]+').test('abc\n'), false)
  assert.equal(compilePattern('^[\\w]+$').test('abc\n'), false)
  assert.equal(compilePattern('a|b').test('ab'), false)
  assert.equal(compilePattern('[\\p{L}]+').test('naïve'), true)
})

const hostileSeeds = ['a', '/', '-', 'a-', ' ', 'a ', '0', '/a', 'o-0000000000/', '=', '!', '.']
/** Generous: a sound pattern takes microseconds, one that explodes never ends. */
const watchMilliseconds = 5000

/** Whether a pattern answers on every hostile text of its length; a watchdog ends it if it does not. */
function answers(pattern: string, max: number): boolean {
  const compiled = compilePattern(pattern)
  const texts = hostileSeeds.map((seed) => `${seed.repeat(max).slice(0, max)}\u0007`)
  try {
    const sandbox = { compiled, texts }
    runInNewContext('for (const text of texts) compiled.test(text)', sandbox, {
      timeout: watchMilliseconds,
    })
    return true
  } catch (thrown) {
    assert.equal((thrown as NodeJS.ErrnoException).code, 'ERR_SCRIPT_EXECUTION_TIMEOUT')
    return false
  }
}

test('no pattern explodes on a hostile text', () => {
  for (const { pattern = '', max = 4096 } of models.flatMap(patternsOf)) {
    assert.ok(answers(pattern, Math.min(max, 4096)), pattern)
  }
})

test('a pattern that backtracks without end would be noticed', () => {
  assert.equal(answers('(a+)+', 64), false)
})
