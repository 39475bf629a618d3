/**
 * A rotation function as the zip that CreateFunction takes: its folder, the pages that it imports, and
 * the packages that these name, with what they need in turn. Equal sources give equal bytes.
 */
import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { zipSync } from 'fflate'
import { besideAt } from '../lib/place.ts'
import type { Rotator } from './catalogue.ts'

const rotatorsPath = fileURLToPath(besideAt('rotators'))

type Files = Record<string, Uint8Array>

/** The zip. */
export function pack(rotator: Rotator): Uint8Array {
  const files: Files = {}
  const packages = addPages(files, `${rotator.handler.replace(/\.\w+$/, '')}.mjs`)
  const placed = new Map<string, string>()
  for (const name of packages) addPackage(files, placed, { name, from: rotatorsPath, under: '' })
  const sorted = Object.fromEntries(Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)))
  return zipSync(sorted, { mtime: new Date(1980, 0, 2) })
}

/** The page and those that it imports; the names of the packages that they import. */
function addPages(files: Files, page: string): Set<string> {
  const packages = new Set<string>()
  const add = (path: string): void => {
    if (files[path]) return
    const bytes = readFileSync(join(rotatorsPath, path))
    files[path] = bytes
    for (const [, target = ''] of bytes.toString().matchAll(/\bfrom '([^']+)'/g)) {
      if (target.startsWith('.')) add(posix.join(posix.dirname(path), target))
      else if (!target.startsWith('node:')) packages.add(packageOf(target))
    }
  }
  add(page)
  return packages
}

const packageOf = (target: string): string =>
  target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/')

interface Need {
  readonly name: string
  /** Whose folder asks for it. */
  readonly from: string
  /** Where that folder is in the zip. */
  readonly under: string
}

/** At the top, or below whoever needs it where another version has the name at the top already. */
function addPackage(files: Files, placed: Map<string, string>, { name, from, under }: Need): void {
  const folder = findPackage(name, from)
  const top = `node_modules/${name}`
  const place = (placed.get(top) ?? folder) === folder ? top : `${under}/node_modules/${name}`
  if (placed.has(place)) return
  placed.set(place, folder)
  for (const path of globSync('**/*.{js,cjs,mjs,json}', { cwd: folder, exclude: isForeign })) {
    files[posix.join(place, path)] = readFileSync(join(folder, path))
  }
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const dependency of Object.keys(dependencies)) {
    addPackage(files, placed, { name: dependency, from: folder, under: place })
  }
}

/** Packages of packages are added on their own; nobody runs their tests. */
const isForeign = (path: string): boolean => /(?:^|\/)(?:node_modules|tests?|docs)$/.test(path)

/** As Node looks for it: in the folder's node_modules, or the nearest one above that has it. */
function findPackage(name: string, from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    const path = join(folder, 'node_modules', name)
    if (existsSync(join(path, 'package.json'))) return realpathSync(path)
    if (folder === dirname(folder)) throw new Error(`the package ${name} is not installed`)
  }
}
