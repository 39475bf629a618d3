/**
 * Where the program's own files stand. It runs as sources in `src` or as a bundle in `dist`, under the
 * same names: this module is the same number of folders deep in both, and the only one that counts them.
 */
import { readFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'

/** A program of the house's that is run apart. @param name its path without the ending: `store/sqlite/writer` */
export const programAt = (name: string): URL => new URL(`${name}.${extension}`, root)

/** What stands among the sources as it is, and is copied into the bundle: `functions/bootstrap/enter.sh`. */
export const assetAt = (path: string): URL => new URL(path, root)

/** What the package brings besides its program: `README.md`. */
export const besideAt = (path: string): URL => new URL(path, new URL('../', root))

/** The package's own. Read when asked for: each thread loads this module, and few want to know. */
export const versionOf = (): string =>
  JSON.parse(readFileSync(besideAt('package.json'), 'utf8')).version
