/** The time that a pattern is given is the pattern's: not its thread's to begin, nor ours to look. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { mustFitPattern } from './pattern.ts'

/** As a process is that does much else. */
function work(milliseconds: number): void {
  const endsAt = performance.now() + milliseconds
  while (performance.now() < endsAt);
}

test('an answer that is read late is an answer', async () => {
  const fitting = mustFitPattern('^a$', 'a')
  for (let turns = 0; turns < 3; turns++) {
    await turn()
    work(700)
  }
  await fitting
})

test('a pattern without end is given up, and the next one has its turn', async () => {
  const endless = mustFitPattern('^(a+)+$', `${'a'.repeat(60)}!`)
  const next = mustFitPattern('^b$', 'b')
  await assert.rejects(endless, { code: 'InvalidAllowedPatternException' })
  await next
})
