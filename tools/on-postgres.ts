/**
 * Runs test files with every house's store in a PostgreSQL server that is raised for them:
 * `node tools/on-postgres.ts [FILE...]`; without files, the tests of the wire.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { raisePostgres } from '../test/postgres.ts'

const named = process.argv.slice(2)
const files = named.length > 0 ? named : globSync('test/wire/**/*.test.ts').sort()

await using server = await raisePostgres({ logs: false })
const flags = ['--test', '--test-timeout=600000', `--test-concurrency=${availableParallelism()}`]
// Not waited for in one breath: the server's own words are read meanwhile. It stands still once nobody reads them.
const tests = spawn(process.execPath, [...flags, ...files], {
  stdio: 'inherit',
  env: {
    ...process.env,
    STRONGROOM_TEST_POSTGRES: server.url,
    NODE_COMPILE_CACHE: resolve('node_modules/.cache/compiled'),
  },
})
const [status] = await once(tests, 'close')
process.exitCode = status ?? 1
