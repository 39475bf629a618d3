/**
 * The program as a bundle in `dist`: a thousand modules become some hundred chunks, with the packages that
 * they use inside. Functions keep their names, and lines stay lines: operators read stacks.
 *
 * Run: node tools/build.ts [FOLDER] [--try]
 */
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { OutputChunk } from 'rolldown'
import { sourcesOf, stampName } from '../bin/built.js'
import { copyAssets } from './assets.ts'
import { licencesOf } from './licences.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What is imported or started by its path; each keeps the path that it has in `src`. */
export const entries = [
  'main',
  'embed',
  'cache/index',
  'worker',
  'copyist',
  'audit/pruner',
  'audit/lookup/indexer',
  'store/sqlite/writer',
  'store/sqlite/cutter',
  'store/postgres/cutter',
]

/** Where all other chunks stand: as deep as `src/lib/place.ts`, which is in one of them. */
const chunksFolder = 'lib'

export async function build(folder: string): Promise<void> {
  const sources = sourcesOf()
  const chunks = await bundle()
  // What is imported before who imports it: a program that starts meanwhile finds all that it asks for.
  for (const { fileName, code } of chunks.sort((a, b) => Number(a.isEntry) - Number(b.isEntry))) {
    replaceFile(join(folder, fileName), code)
  }
  copyAssets(folder)
  replaceFile(join(folder, 'THIRD-PARTY-LICENSES.txt'), licencesOf(chunks))
  replaceFile(join(folder, stampName), sources)
  const names = new Set(chunks.map(({ fileName }) => fileName))
  for (const name of readdirSync(join(folder, chunksFolder))) {
    const path = join(chunksFolder, name)
    if (name.endsWith('.js') && !names.has(path)) rmSync(join(folder, path))
  }
}

async function bundle(): Promise<OutputChunk[]> {
  const { rolldown } = await import('rolldown')
  await using bundle = await rolldown({
    cwd: root,
    platform: 'node',
    input: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
    // What pg would take where somebody has installed it.
    external: ['pg-native'],
    onLog(level, log) {
      if (level === 'warn') throw new Error(log.message)
    },
  })
  const { output } = await bundle.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    // The same from build to build: what Node has compiled is replaced, not added to.
    chunkFileNames: `${chunksFolder}/[name].js`,
  })
  return output.filter((each) => each.type === 'chunk')
}

/** At once: nobody reads half of it. */
function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    options: { try: { type: 'boolean' } },
    allowPositionals: true,
  })
  try {
    await build(resolve(root, positionals[0] ?? 'dist'))
  } catch (thrown) {
    // Not installed, or a folder that cannot be written: the sources run as well, they only start later.
    if (!values.try) throw thrown
    process.stderr.write(`strongroom: not built, the sources run: ${thrown}\n`)
  }
}
