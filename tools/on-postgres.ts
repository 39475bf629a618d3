/**
 * Runs test files with every house's store in a PostgreSQL server that is raised for them:
 * `node tools/on-postgres.ts [FILE...]`; without files, the tests of the wire.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { raisePostgres } from '../test/postgres.ts'

const named = process.argv.slice(2)
const files = named.length > 0 ? named : globSync('test/wire/**/*.test.ts').sort()

await using server = await raisePostgres({ logs: false })
const { status } = spawnSync(process.execPath, ['--test', '--test-timeout=240000', ...files], {
  stdio: 'inherit',
  env: { ...process.env, STRONGROOM_TEST_POSTGRES: server.url },
})
process.exitCode = status ?? 1
