/** Files of the user's own that are changed in place: whole or not at all, with the permissions they had. */
import { chmodSync, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { replaceFile } from '../lib/file.ts'

/** A link stays a link: what it leads to is replaced. A new file is for its owner only. */
export function replaceText(path: string, text: string): void {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    replaceFile(path, text)
    return
  }
  const real = realpathSync(path)
  const { mode } = statSync(real)
  replaceFile(real, text)
  chmodSync(real, mode & 0o7777)
}
