/**
 * strongroom scan: where values of secrets lie in files and in git's history. The values are read by the
 * caller's own permission, kept in this process and never printed: what is printed are places. The exit
 * code is 1 if there are any, 2 if it could not be searched.
 */
import { relative, resolve } from 'node:path'
import { Refusal } from '../lib/fault.ts'
import { Bar } from './bar.ts'
import { readEndpoint } from './client.ts'
import { Fingerprints } from './fingerprints.ts'
import { Git } from './git.ts'
import { type Place, searchFiles, searchHistory, searchStaged } from './haystack.ts'
import { installHook } from './hook.ts'
import { plain } from './print.ts'
import { readSought } from './sought.ts'

interface Flags {
  readonly prefix?: string
  readonly exclude?: readonly string[]
  readonly history: boolean
  readonly staged?: boolean
  readonly preCommit?: boolean
  readonly json?: boolean
  readonly profile?: string
}

const foundCode = 1
const failedCode = 2

export async function scan(path: string, flags: Flags): Promise<void> {
  // Whoever commits by the answer must tell "nothing found" from "not searched".
  process.exitCode = failedCode
  try {
    process.exitCode = await search(path, flags)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    process.stderr.write(`strongroom: ${thrown.message}\n`)
  }
}

async function search(path: string, flags: Flags): Promise<number> {
  const git = Git.at(path)
  if (flags.preCommit) return installHook(path, git)
  if (!git && flags.history) complain('no git repository is here: files only.')
  if (flags.staged && !git) throw new Refusal('This is not a git repository.')
  const prints = await fingerprintsOf(flags)
  const seen = new Set<string>()
  for await (const place of placesOf(prints, path, git, flags)) {
    const line = flags.json ? JSON.stringify(place) : textOf(place)
    if (!seen.has(line)) process.stdout.write(`${line}\n`)
    seen.add(line)
  }
  complain(seen.size === 0 ? 'nothing was found.' : `${seen.size} places were found.`)
  return seen.size > 0 ? foundCode : 0
}

async function fingerprintsOf({ prefix, profile }: Flags): Promise<Fingerprints> {
  const prints = new Fingerprints()
  const { sought, skipped } = await readSought(readEndpoint(profile), prefix)
  const tooPlain = new Set(
    sought.flatMap(({ what, value }) => (prints.add(what, value) ? [] : what)),
  )
  for (const { id, code } of skipped) complain(`not searched for: ${plain(id)} (${plain(code)})`)
  if (tooPlain.size > 0) {
    complain(`too short or too plain to be searched for: ${plain([...tooPlain].join(', '))}`)
  }
  if (prints.size === 0) complain('there is no value to look for.')
  return prints
}

async function* placesOf(
  prints: Fingerprints,
  path: string,
  git: Git | undefined,
  flags: Flags,
): AsyncGenerator<Place> {
  if (flags.staged && git) return yield* searchStaged(prints, git)
  const unreadable = (each: string) => complain(`can't be read: ${plain(each)}`)
  const files = { exclude: flags.exclude ?? [], unreadable, bar: new Bar('files') }
  for await (const place of searchFiles(prints, path, files)) {
    yield { ...place, path: relative(process.cwd(), resolve(place.path)) }
  }
  if (!git || !flags.history) return
  yield* searchHistory(prints, git, new Bar('git history'))
}

function textOf({ commit, path, line, what, form, versions = 1 }: Place): string {
  const where = `${commit ? `${commit}:` : ''}${path}:${line}`
  const notes = [formWords[form], versions > 1 ? `${versions} versions of it` : ''].filter(Boolean)
  return plain(`${where}  ${what}${notes.length > 0 ? `  (${notes.join(', ')})` : ''}`)
}

const formWords = {
  plain: '',
  utf16: 'in UTF-16',
  base64: 'in base64',
  url: 'URL-encoded',
  json: 'escaped',
  line: 'a line of it',
}

const complain = (words: string): void => void process.stderr.write(`strongroom: ${words}\n`)
