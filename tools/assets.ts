/** Puts what is no TypeScript beside what was built from it: the bootstraps of functions. */
import { copyFileSync, globSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'

export function copyAssets(folder: string): void {
  for (const file of globSync('**/*.{mjs,py,sh}', { cwd: 'src' })) {
    const target = join(folder, file)
    mkdirSync(dirname(target), { recursive: true })
    copyFileSync(join('src', file), target)
  }
}
