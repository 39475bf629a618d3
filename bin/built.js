/**
 * Which program runs: what was built, in a package, which has no sources, and in a checkout where it was
 * built from what the sources are now; else the sources. So a stale build never runs.
 */
import { hash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const checkout = fileURLToPath(new URL('..', import.meta.url))

/** What is built from besides `src`. The hidden lock says which packages are installed. */
const others = ['bin/built.js', 'package.json', 'node_modules/.package-lock.json', 'tools/build.ts']

/** Where a build leaves what it was built from. */
export const stampName = 'built-from'

/**
 * All that is built from, as one short text: the names, sizes and times of its files.
 *
 * @param {string} root the checkout's folder, which ends with a slash
 * @returns {string}
 */
export function sourcesOf(root = checkout) {
  const files = [...filesOf(`${root}src/`), ...others.map((name) => root + name)]
  return hash('sha256', files.map((path) => path.slice(root.length) + lookOf(path)).join('\n'))
}

/** By hand, which takes half the time of a recursive readdirSync. */
const filesOf = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return filesOf(`${folder}${entry.name}/`)
    return entry.name.endsWith('.test.ts') ? [] : [folder + entry.name]
  })

function lookOf(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat ? ` ${stat.size} ${stat.mtimeMs}` : ' absent'
}

/** Whether what was built is what the sources say, or all that there is. */
export function isBuilt(root = checkout) {
  if (!existsSync(`${root}src`)) return true
  const stamp = `${root}dist/${stampName}`
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesOf(root)
}

/** The program to be run. */
export const programOf = (root = checkout) =>
  root + (isBuilt(root) ? 'dist/main.js' : 'src/main.ts')

if (import.meta.main) process.exitCode = isBuilt() ? 0 : 1
