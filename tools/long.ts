/**
 * The long tests: those that are nothing else, and all that `npm test` takes a sample of. Without
 * time-outs of their own, they run as long as they need.
 */
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'

const samples = globSync('test/**/*.test.ts').filter((file) =>
  /\/scale\.ts'/.test(readFileSync(file, 'utf8')),
)
const files = [...new Set([...globSync('test/long/*.test.ts'), ...samples])].sort()
const runs = [
  // Tests that start the program start what was built.
  ['tools/build.ts'],
  ['--test', '--test-reporter=spec', ...files],
  // The wire's tests once more, with every house's store in PostgreSQL.
  ['tools/on-postgres.ts'],
]
for (const words of runs) {
  const { status } = spawnSync(process.execPath, words, {
    stdio: 'inherit',
    env: { ...process.env, STRONGROOM_TEST_LONG: '1' },
  })
  if (status !== 0) process.exitCode = 1
}
