/** The table of a run between the markers of a page, and nothing else of the page touched. */
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { Run } from './result.ts'
import { putTable } from './table.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-table-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const figures = [
  {
    ...({ name: 'requests/s of bare', unit: 'x', better: 'more', goal: 0.5 } as const),
    rounds: [0.4, 0.42, 0.41],
  },
]
const run: Run = {
  machine: 'a machine',
  words: '--quick',
  results: [
    { measure: 'read', about: 'reads', figures },
    { measure: 'peers', about: 'others', figures: [], skipped: 'nobody is here' },
  ],
}

describe('the table', () => {
  test('stands between the markers, twice the same, beside what people wrote', () => {
    const path = join(folder, 'speed.md')
    writeFileSync(path, 'before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nbehind\n')
    putTable(path, run)
    const once = readFileSync(path, 'utf8')
    assert.match(once, /^before\n/)
    assert.match(once, /\nbehind\n$/)
    assert.doesNotMatch(once, /\nold\n/)
    assert.match(once, /Written by `npm run bench -- --quick` on a machine\./)
    assert.match(
      once,
      /\| requests\/s of bare \| 0\.41 x \| ± 0\.01 \| at least 0\.5: not reached \|/,
    )
    assert.match(once, /Skipped: nobody is here\./)
    putTable(path, run)
    assert.equal(readFileSync(path, 'utf8'), once)
  })

  test('is refused by a page that has no place for it', () => {
    const path = join(folder, 'other.md')
    writeFileSync(path, 'words\n')
    assert.throws(() => putTable(path, run), /no place/)
  })
})
