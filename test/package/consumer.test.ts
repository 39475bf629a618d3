/** The package as npm would publish it: what a consumer imports is there, runs, and has its types. */
import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Ran, run } from '../clients/tools.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tsc = resolve(root, 'node_modules/.bin/tsc')

/** A consumer's project, with the packed package and nothing else of this checkout. */
let project: string
before(async () => {
  project = mkdtempSync(join(tmpdir(), 'strongroom-consumer-'))
  const source = join(project, 'source')
  mkdirSync(source)
  const kept = ['package.json', 'bin', 'README.md', 'SECURITY.md', 'CHANGELOG.md']
  for (const name of kept) cpSync(join(root, name), join(source, name), { recursive: true })
  const dist = join(source, 'dist')
  await ran(process.execPath, [join(root, 'tools/build.ts'), dist])
  await ran(tsc, ['-p', join(root, 'tsconfig.build.json'), '--outDir', dist])
  await ran('npm', ['pack', '--ignore-scripts', '--pack-destination', project, source])
  const target = join(project, 'node_modules', 'strongroom')
  mkdirSync(target, { recursive: true })
  const archive = join(project, 'strongroom-0.1.0.tgz')
  await ran('tar', ['-xzf', archive, '-C', target, '--strip-components=1'])
})
after(() => rmSync(project, { recursive: true, force: true }))

async function ran(program: string, args: readonly string[]): Promise<Ran> {
  const { PATH } = process.env
  const result = await run(program, args, { PATH, HOME: project })
  assert.equal(result.code, 0, result.stdout + result.stderr)
  return result
}

test('strongroom/cache runs with nothing installed beside it', async () => {
  const program = join(project, 'reads.mjs')
  writeFileSync(
    program,
    `import { SecretsCache } from 'strongroom/cache'
    const client = { getSecretValue: async ({ SecretId }) => ({ Name: SecretId, SecretString: '{"port":5432}' }) }
    const cache = new SecretsCache({ client })
    console.log((await cache.getJson('db')).port)\n`,
  )
  assert.equal((await ran(process.execPath, [program])).stdout, '5432\n')
})

test('its types hold for a strict consumer', async () => {
  const settings = { target: 'es2022', module: 'nodenext', strict: true, noEmit: true, types: [] }
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions: settings, files: ['reads.mts'] }),
  )
  writeFileSync(
    join(project, 'reads.mts'),
    `import { SecretsCache, type SecretsClient } from 'strongroom/cache'
    declare const client: SecretsClient
    const cache = new SecretsCache({ client, ttlSeconds: 60 })
    export const port: number = await cache.getJson('db', (value) => Number((value as { port: string }).port))
    // @ts-expect-error: an option that does not exist
    new SecretsCache({ client, ttl: 60 })\n`,
  )
  await ran(tsc, ['-p', project])
})

test('the whole house is importable, and has inside what it stands on', async () => {
  const program = join(project, 'house.mjs')
  writeFileSync(
    program,
    `import { raise, readConfig } from 'strongroom'
    const config = readConfig({ listen: '127.0.0.1:0', data: ${JSON.stringify(join(project, 'data'))} }, {})
    const house = await raise(config, { complain: console.error, fatal: console.error })
    console.log((await fetch(house.url + '/-/health')).status)
    await house.down()\n`,
  )
  assert.equal((await ran(process.execPath, [program])).stdout, '200\n')
})

test('the command runs, and brings the licences of what is inside', async () => {
  const installed = join(project, 'node_modules', 'strongroom')
  const { stdout } = await ran(process.execPath, [join(installed, 'bin/strongroom.js'), '--help'])
  assert.match(stdout, /^Usage: strongroom /)
  const licences = readFileSync(join(installed, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8')
  for (const name of ['pg', 'jose', 'prom-client']) {
    assert.match(licences, new RegExp(`^${name} [\\d.]+ \\(`, 'm'))
  }
})
