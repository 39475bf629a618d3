/**
 * A profile in the AWS files of whoever works here, between two marks: what else stands in the files is
 * never read as anything but text, and stays as it is.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Refusal } from '../lib/fault.ts'
import { replaceText } from './edit.ts'

export interface Profile {
  readonly name: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
  readonly url: string
}

export interface Edit {
  readonly path: string
  readonly before: string
  readonly after: string
}

/** What would have to change so that the profile is there; nothing if it is. Throws Refusal. */
export function addingProfile(profile: Profile): Edit[] {
  const { name, accessKeyId, secretAccessKey, region, url } = profile
  const [keys, rest] = paths()
  return [
    edit(keys, name, [
      `[${name}]`,
      `aws_access_key_id = ${accessKeyId}`,
      `aws_secret_access_key = ${secretAccessKey}`,
    ]),
    edit(rest, name, [`[profile ${name}]`, `region = ${region}`, `endpoint_url = ${url}`]),
  ].filter(isChange)
}

/** What would have to change so that it is not there. */
export const removingProfile = (name: string): Edit[] =>
  paths()
    .map((path) => edit(path, name, []))
    .filter(isChange)

/** Throws Refusal if a file is not as it was read. */
export function apply(edits: readonly Edit[]): void {
  for (const { path, before, after } of edits) {
    if (textOf(path) !== before) throw new Refusal(`${path} was changed meanwhile: try again.`)
    replaceText(path, after)
  }
}

const isChange = ({ before, after }: Edit): boolean => before !== after

const paths = (): [keys: string, rest: string] => {
  const folder = join(homedir(), '.aws')
  const { AWS_SHARED_CREDENTIALS_FILE: keys, AWS_CONFIG_FILE: rest } = process.env
  return [keys || join(folder, 'credentials'), rest || join(folder, 'config')]
}

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')

function edit(path: string, name: string, lines: readonly string[]): Edit {
  const before = textOf(path)
  const [begin, end] = [`# strongroom dev: begin ${name}\n`, `# strongroom dev: end ${name}\n`]
  const start = before.indexOf(begin)
  const stop = before.indexOf(end, start)
  if (start >= 0 && stop < 0) throw new Refusal(`${path} has no line "${end.trim()}": mend it.`)
  const rest = start < 0 ? before : before.slice(0, start) + before.slice(stop + end.length)
  mustBeFree(path, rest, lines[0])
  if (lines.length === 0) return { path, before, after: rest }
  const block = `${begin}${lines.join('\n')}\n${end}`
  const gap = rest === '' || rest.endsWith('\n') ? '' : '\n'
  const after =
    start < 0
      ? `${rest}${gap}${block}`
      : before.slice(0, start) + block + before.slice(stop + end.length)
  return { path, before, after }
}

/** A section of that name that is somebody else's is not ours to join. */
function mustBeFree(path: string, text: string, title: string | undefined): void {
  if (title === undefined || !text.split(/\r?\n/).some((line) => line.trim() === title)) return
  throw new Refusal(`${path} has a section ${title} of its own: name another by --as.`)
}
