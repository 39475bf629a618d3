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
const { status } = spawnSync(process.execPath, ['--test', '--test-reporter=spec', ...files], {
  stdio: 'inherit',
  env: { ...process.env, STRONGROOM_TEST_LONG: '1' },
})
process.exitCode = status ?? 1
