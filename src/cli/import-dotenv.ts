/**
 * A .env file becomes secrets: the preview, the writing, and then what is left to do so that the file holds
 * no secret any more, git takes it no more, and people know what git has already.
 */
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { Bar } from './bar.ts'
import type { Endpoint } from './client.ts'
import { confirm } from './confirm.ts'
import { parseDotenv, withPlainEnds } from './dotenv.ts'
import { replaceText } from './edit.ts'
import { Fingerprints } from './fingerprints.ts'
import { Git } from './git.ts'
import { searchHistory } from './haystack.ts'
import {
  type Choice,
  commentedSecrets,
  reduced,
  secretsOf,
  type Variable,
  variablesOf,
} from './imported.ts'
import { readFile } from './input.ts'
import { masked, type Planned, plan, printJson, say, write } from './plan.ts'
import { plain } from './print.ts'
import { readCurrent } from './put.ts'
import { table } from './table.ts'

export interface DotenvFlags extends Choice {
  readonly split?: boolean
  readonly reduce?: boolean
  readonly gitignore?: boolean
  readonly history: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

export async function importDotenv(
  endpoint: Endpoint,
  path: string,
  name: string,
  flags: DotenvFlags,
): Promise<void> {
  const original = readFile(path)
  const text = withPlainEnds(original)
  const file = parseDotenv(text)
  const variables = variablesOf(file, flags)
  const isSplit = flags.split ?? false
  const current = isSplit ? undefined : await readCurrent(endpoint, name)
  const incoming = secretsOf(variables, name, isSplit, current?.SecretString)
  const planned = await plan(endpoint, incoming)
  preview(variables, planned, flags)
  for (const line of file.unread) say(`line ${line} is read by nobody and left as it is`)
  if (!flags.dryRun) {
    if (incoming.length === 0) say('no variable is a secret: nothing is to be written.')
    else await write(endpoint, planned, flags)
    const fewer = reduced(text, file, variables, name, isSplit)
    if (fewer !== text) await reduce(path, original, fewer, flags)
    await ignore(path, flags)
  }
  if (flags.history) await tellHistory(path, variables, flags)
}

/** Which are secrets, and why that is thought; how long they are, and where they would go. */
function preview(
  variables: readonly Variable[],
  planned: readonly Planned[],
  { json, split }: DotenvFlags,
): void {
  const placeOf = ({ name, isSecret }: Variable) => {
    const fitting = planned.find(({ incoming }) => !split || incoming.name.endsWith(`/${name}`))
    return isSecret && fitting ? fitting : undefined
  }
  const rows = variables.map((each) => {
    const place = placeOf(each)
    const kind = each.isSecret ? 'secret' : 'configuration'
    const to = place?.incoming.name
    return { ...each, kind, to, state: place?.state }
  })
  for (const { name, kind, why, to, state } of json ? rows : [])
    printJson({ name, kind, why, to, state })
  const cells = rows.map(({ name, kind, why, value, to, state }) => [
    ...[name, kind, why, masked(value)],
    to === undefined ? 'stays' : `${to} (${state})`,
  ])
  if (!json) {
    process.stdout.write(table(['VARIABLE', 'IS', 'BECAUSE', 'VALUE', 'GOES TO'], cells))
  }
  for (const { name, doubts } of variables) {
    for (const doubt of doubts) say(`${plain(name)}: ${doubt}`)
  }
}

/** The file keeps configuration and gets references, unless it changed meanwhile. */
async function reduce(path: string, original: string, text: string, flags: DotenvFlags) {
  const hasEnds = original.includes('\r\n')
  const next = hasEnds ? text.replaceAll('\n', '\r\n') : text
  const message = `Put references into ${path} in the place of secrets?`
  if (!(await confirm(message, flags.reduce ?? unlessAsked(flags)))) {
    return say(`${path} still holds the secrets; --reduce puts references in their place.`)
  }
  if (readFile(path) !== original) return say(`${path} was changed meanwhile and is left alone.`)
  replaceText(path, next)
  say(`${path} holds references now: strongroom run --env-file ${path} -- COMMAND reads them.`)
  for (const line of commentedSecrets(text)) {
    say(`line ${line} of ${path} is a comment that looks like a secret, and stays`)
  }
}

/** Who agreed beforehand is not asked for more than that. */
const unlessAsked = ({ yes }: DotenvFlags): boolean | undefined => (yes ? false : undefined)

async function ignore(path: string, flags: DotenvFlags): Promise<void> {
  const folder = dirname(resolve(path))
  const git = Git.at(folder)
  if (!git) return
  const name = basename(path)
  if (git.isTracked(name)) say(`git tracks ${path}: git rm --cached ${path} ends that.`)
  if (git.isIgnored(name)) return
  const file = join(folder, '.gitignore')
  if (!(await confirm(`Add ${name} to ${file}?`, flags.gitignore ?? unlessAsked(flags)))) {
    return say(`git does not ignore ${path}; --gitignore adds it to .gitignore.`)
  }
  const before = existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : ''
  appendFileSync(file, `${before === '' || before.endsWith('\n') ? '' : '\n'}${name}\n`)
  say(`git ignores ${path} now.`)
}

/** Which secrets git has already, whatever becomes of the file: names and places. */
async function tellHistory(
  path: string,
  variables: readonly Variable[],
  { json }: DotenvFlags,
): Promise<void> {
  const git = Git.at(dirname(resolve(path)))
  const prints = new Fingerprints()
  const secrets = variables.filter(({ isSecret }) => isSecret)
  if (!git || secrets.length === 0) return
  const tooPlain = secrets.filter(({ name, value }) => !prints.add(name, Buffer.from(value)))
  if (tooPlain.length > 0) {
    const names = tooPlain.map(({ name }) => name).join(', ')
    say(`too short or too plain to be searched for in git's history: ${plain(names)}`)
  }
  const found = new Set<string>()
  for await (const each of searchHistory(prints, git, new Bar('git history'))) {
    const { what, commit, path: place, line } = each
    found.add(what)
    if (json) printJson({ name: what, commit, path: place, line })
    else process.stdout.write(`${plain(`in git: ${what}  ${commit ?? '-'}:${place}:${line}`)}\n`)
  }
  if (found.size === 0) return say("none of the secrets stands in git's history.")
  say(`whoever has a clone has these values: rotate ${plain([...found].join(', '))}.`)
}
