/** Who may read and change what stands in a data folder, and who owns it. */
import { globSync, lstatSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Check, failure, warning, well } from './check.ts'

/** What concerns others than the owner. */
const forbidden = 0o077
/** What functions run is read by users of their own; the data folder above it is closed to them. */
const forbiddenBelow: readonly (readonly [prefix: string, mode: number])[] = [
  ['functions/', 0o022],
  ['', forbidden],
]
const toldMax = 3

/** @param owner the user who serves it */
export function checkFiles(dataPath: string, owner = process.getuid?.()): Check {
  const wrong: string[] = []
  for (const name of ['', ...globSync('{*,*/*}', { cwd: dataPath })]) {
    const path = join(dataPath, name)
    const found = lstatSync(path, { throwIfNoEntry: false })
    if (!found) continue
    const isOpen = (found.mode & forbiddenTo(name)) !== 0 && !found.isSymbolicLink()
    if (isOpen) wrong.push(`chmod go= ${path}`)
    if (owner !== undefined && found.uid !== owner && owner !== 0)
      wrong.push(`chown ${owner} ${path}`)
  }
  if (wrong.length === 0) return well('files', `all of ${dataPath} is for its owner only`)
  const more = wrong.length > toldMax ? ` and ${wrong.length - toldMax} more` : ''
  return failure(
    'files',
    `others have a hand in the data folder: run ${wrong.slice(0, toldMax).join('; ')}${more}`,
  )
}

const forbiddenTo = (name: string): number =>
  forbiddenBelow.find(([prefix]) => name.startsWith(prefix))?.[1] ?? forbidden

/** That a key file lies on the disk that it protects, and which keys are of the past. */
export function checkKeyFile(dataPath: string, keyPath: string): Check[] {
  const found: Check[] = []
  const key = statSync(keyPath, { throwIfNoEntry: false })
  const past = globSync('root.key.until-*', { cwd: dataPath })
  if (key && key.dev === statSync(dataPath).dev) {
    found.push(
      warning(
        'key file',
        `${keyPath} lies on the disk that it protects, so that whoever takes the disk has both: move it by strongroom seal rewrap --to`,
      ),
    )
  }
  if (past.length > 0) {
    found.push(
      warning(
        'old keys',
        `${past.length} root keys of the past lie in ${dirname(keyPath)}: move ${past.slice(0, toldMax).join(', ')} to where the backups are that open by them`,
      ),
    )
  }
  return found
}
