/**
 * Everything that must hold before a change lands, in one command: form, types, the build, walls, tests.
 * Runs on the pinned runtime and needs nothing that `npm ci` did not bring, save what tests say they skip.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'

interface Step {
  readonly name: string
  readonly command: readonly string[]
}

const testFiles = globSync(['src/**/*.test.ts', 'test/**/*.test.ts', 'tools/**/*.test.ts'])
  .filter((file) => !file.startsWith('test/long/'))
  .sort()

const steps: readonly Step[] = [
  { name: 'form', command: ['biome', 'ci', '--error-on-warnings', '.'] },
  { name: 'types', command: ['tsc', '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'build', command: [process.execPath, 'tools/build.ts'] },
  {
    name: 'tests',
    command: [
      process.execPath,
      '--test',
      // For what hangs; a crowded machine takes minutes for a long file.
      '--test-timeout=600000',
      // Files wait for servers and disks as often as they compute: no core stays idle beside them.
      `--test-concurrency=${availableParallelism()}`,
      '--test-reporter=spec',
      ...testFiles,
    ],
  },
]

/** Every test file is a process of its own: what one has compiled, none compiles again. */
const env = { ...process.env, NODE_COMPILE_CACHE: resolve('node_modules/.cache/compiled') }

let failed = 0
for (const { name, command } of steps) {
  process.stdout.write(`\n== ${name}\n`)
  const [program = '', ...args] = command
  const { status, error } = spawnSync(program, args, { stdio: 'inherit', env })
  if (error) process.stdout.write(`${error.message}\n`)
  if (status !== 0) failed++
}
process.exitCode = failed > 0 ? 1 : 0
