/** Which detections a start asks for, by flag and by variable, and what it may not ask for. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readConfig, type ServeFlags } from '../../src/config.ts'
import { detectionNames } from '../../src/detections/detection.ts'

const detections = (flags: ServeFlags, environment: Record<string, string> = {}) =>
  readConfig(flags, environment).detections

test('all run unless told otherwise', () => {
  const { names, limits } = detections({})
  assert.deepEqual(names, detectionNames)
  assert.deepEqual(limits, { learningMs: 86_400_000, denials: 10, reads: 300, times: 10 })
})

test('only some, all but some, and none', () => {
  assert.deepEqual(detections({ detect: 'root,canary' }).names, ['canary', 'root'])
  assert.deepEqual(detections({ detect: 'root,canary', noDetect: 'root' }).names, ['canary'])
  assert.equal(detections({ noDetect: 'root' }).names.length, detectionNames.length - 1)
  assert.deepEqual(detections({ noDetect: 'all' }).names, [])
})

test('by variables, which flags go before', () => {
  const environment = { STRONGROOM_DETECT: 'canary', STRONGROOM_DETECT_LEARNING: '7d' }
  assert.deepEqual(detections({}, environment).names, ['canary'])
  assert.deepEqual(detections({ detect: 'root' }, environment).names, ['root'])
  assert.equal(detections({}, environment).limits.learningMs, 7 * 86_400_000)
})

const refused: readonly (readonly [ServeFlags, RegExp])[] = [
  [{ detect: 'weather' }, /^--detect weather is not one of new-reader, .*, root or all\.$/],
  [{ noDetect: 'root,' }, /^--no-detect {2}is not one of /],
  [{ detectLearning: 'soon' }, /^--detect-learning soon is not a span of time/],
  [{ detectDenials: '0' }, /^--detect-denials 0 is not a number from 1 to 1000\.$/],
  [{ detectDenials: '1001' }, /^--detect-denials 1001 is not a number from 1 to 1000\.$/],
  [{ detectReads: '1e3' }, /^--detect-reads 1e3 is not a number from 1 to 1000000\.$/],
  [{ detectTimes: '-1' }, /^--detect-times -1 is not a number from 1 to 1000\.$/],
]
for (const [flags, message] of refused) {
  test(`${JSON.stringify(flags)} is refused`, () => {
    assert.throws(() => detections(flags), { name: 'Refusal', message })
  })
}
