/**
 * What the caching client costs an application: its size as published, the time of its import in a
 * fresh process over that of an empty module, and a read of a kept secret.
 */
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { median } from './spread.ts'

const processesCount = 41
const readsCount = 1_000_000

const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-'))
try {
  build(folder)
  const files = globSync('cache/*.js', { cwd: folder })
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8'))
  const bare = texts.map(squeeze).join('\n')
  console.log(
    `cache: ${files.length} files, ${texts.join('').length} bytes as published, ${bare.length} without comments and indents, ${gzipSync(bare).length} gzipped`,
  )
  writeFileSync(join(folder, 'empty.js'), 'export {}\n')
  const [empty, own] = ['empty.js', 'cache/index.js'].map((file) => importMs(join(folder, file)))
  const cost = (own ?? 0) - (empty ?? 0)
  console.log(`cache: import ${cost.toFixed(2)} ms over an empty module's ${empty?.toFixed(2)} ms`)
  const { SecretsCache } = await import(join(folder, 'cache/index.js'))
  const client = { getSecretValue: async () => ({ VersionId: 'v', SecretString: 'x' }) }
  const cache = new SecretsCache({ client })
  const start = performance.now()
  for (let n = 0; n < readsCount; n++) await cache.getSecret('shop/db')
  const nanoseconds = ((performance.now() - start) * 1e6) / readsCount
  console.log(`cache: a kept secret is read in ${nanoseconds.toFixed(0)} ns`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function build(outDir: string): void {
  const args = ['-p', 'tsconfig.build.json', '--outDir', outDir]
  const { status } = spawnSync('node_modules/.bin/tsc', args, { stdio: 'inherit' })
  if (status !== 0) throw new Error('the build failed')
  writeFileSync(join(outDir, 'package.json'), '{ "type": "module" }\n')
}

/** The median over fresh processes, as each of them measures its own import. */
function importMs(path: string): number {
  const code = `const at = performance.now(); await import(${JSON.stringify(path)}); console.log(performance.now() - at)`
  const times = Array.from({ length: processesCount }, () =>
    Number(spawnSync(process.execPath, ['--input-type=module', '-e', code]).stdout),
  )
  return median(times)
}

function squeeze(text: string): string {
  const lines = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').split('\n')
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join('\n')
}
