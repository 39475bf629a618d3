/** When a ratio has moved, and when it has not. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { compare } from './compare.ts'
import type { Figure } from './measure.ts'
import type { Run } from './result.ts'
import { median, spread } from './spread.ts'

const figure = (rounds: readonly number[], more: Partial<Figure> = {}): Figure => ({
  ...{ name: 'ratio', unit: 'x', better: 'more', rounds },
  ...more,
})
const run = (...figures: Figure[]): Run => ({
  machine: 'one',
  words: '',
  results: [{ measure: 'read', about: 'reads', figures }],
})
const verdictOf = (before: Figure, now: Figure) => compare(run(before), run(now))[0]?.verdict

describe('a comparison', () => {
  test('takes medians: one disturbed round moves nothing', () => {
    assert.equal(median([1, 9, 2]), 2)
    assert.equal(median([1, 2, 3, 100]), 2.5)
    assert.ok(spread([10, 10.1, 9.9, 10, 99]) < 0.2)
    assert.equal(verdictOf(figure([0.4, 0.41, 0.39]), figure([0.4, 0.1, 0.41])), 'same')
  })

  test('tells what moved by more than both spreads, and whether that is good', () => {
    const before = figure([0.4, 0.41, 0.39])
    assert.equal(verdictOf(before, figure([0.5, 0.51, 0.49])), 'better')
    assert.equal(verdictOf(before, figure([0.3, 0.31, 0.29])), 'worse')
    const cost = { better: 'less' } as const
    assert.equal(verdictOf(figure([2, 2.1, 1.9], cost), figure([3, 3.1, 2.9], cost)), 'worse')
  })

  test('takes rounds that agree by chance for no less noisy than others', () => {
    assert.equal(verdictOf(figure([1, 1, 1]), figure([1.05, 1.05, 1.05])), 'same')
    assert.equal(verdictOf(figure([1, 1, 1]), figure([1.07, 1.07, 1.07])), 'better')
  })

  test('says nothing of a noisy ratio, of this machine alone, or of what the other run has not', () => {
    assert.equal(verdictOf(figure([0.2, 0.4, 0.6]), figure([0.4, 0.6, 0.8])), 'same')
    assert.equal(verdictOf(figure([10], { unit: '/s' }), figure([99], { unit: '/s' })), undefined)
    assert.equal(verdictOf(figure([1]), figure([9], { name: 'other' })), undefined)
  })
})
