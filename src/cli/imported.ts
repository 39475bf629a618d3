/** A .env file on its way in: which of its variables are secrets, and what they are called there. */
import { Refusal } from '../lib/fault.ts'
import type { Dotenv, Entry } from './dotenv.ts'
import { kindOf } from './kind.ts'
import { plain } from './print.ts'
import { type Incoming, mustBeName } from './put.ts'
import { referenceTo, refers } from './reference.ts'
import { membersIn } from './secret.ts'

export interface Choice {
  readonly secret?: readonly string[]
  readonly config?: readonly string[]
  readonly all?: boolean
}

export interface Variable {
  readonly name: string
  readonly value: string
  readonly isSecret: boolean
  readonly why: string
  readonly doubts: readonly string[]
}

/** The variables of a file, each once, as its last line has it. Throws Refusal for names not there. */
export function variablesOf({ entries }: Dotenv, choice: Choice): Variable[] {
  const last = new Map(entries.map((entry) => [entry.name, entry]))
  const { secret = [], config = [] } = choice
  const absent = [...secret, ...config].find((name) => !last.has(name))
  if (absent !== undefined) throw new Refusal(`There is no ${plain(absent)} in the file.`)
  const secrets = new Map<string, Variable>()
  for (const entry of entries) {
    const variable = judge(entry, choice, secrets)
    // By every line of it: what a later line replaces went into values between.
    if (variable.isSecret) secrets.set(entry.name, variable)
  }
  return [...last.values()].map((entry) => judge(entry, choice, secrets))
}

function judge(entry: Entry, choice: Choice, secrets: ReadonlyMap<string, Variable>): Variable {
  const { name, value, doubts } = entry
  const tainted = entry.uses.find((used) => secrets.has(used))
  const kind = choice.secret?.includes(name)
    ? { isSecret: true, why: 'as told' }
    : choice.config?.includes(name)
      ? { isSecret: false, why: 'as told' }
      : tainted !== undefined && !refers(value)
        ? { isSecret: true, why: `holds ${tainted}` }
        : choice.all && value !== '' && !refers(value)
          ? { isSecret: true, why: 'as told' }
          : kindOf(name, value)
  return { name, value, doubts, ...kind }
}

/** One secret with a field for each variable, or one secret for each. */
export function secretsOf(
  variables: readonly Variable[],
  name: string,
  isSplit: boolean,
  current: string | undefined,
): Incoming[] {
  const secrets = variables.filter(({ isSecret }) => isSecret)
  if (secrets.length === 0) return []
  if (isSplit) return secrets.map((each) => named(splitName(name, each.name), each.value))
  const before = current === undefined ? {} : objectIn(current, name)
  const fields = Object.fromEntries(secrets.map((each) => [each.name, each.value]))
  return [named(name, JSON.stringify({ ...before, ...fields }))]
}

function named(name: string, text: string): Incoming {
  mustBeName(name)
  return { name, text }
}

const splitName = (name: string, variable: string): string => `${name}/${variable}`

function objectIn(text: string, name: string): Record<string, unknown> {
  if (membersIn(text)) return JSON.parse(text) as Record<string, unknown>
  throw new Refusal(`${plain(name)} is there and does not hold a JSON object: choose another name.`)
}

/** The text of the file with references in the place of secrets; all else stays as it stands. */
export function reduced(
  text: string,
  { entries }: Dotenv,
  variables: readonly Variable[],
  name: string,
  isSplit: boolean,
): string {
  const secrets = new Set(variables.filter(({ isSecret }) => isSecret).map((each) => each.name))
  return entries.reduceRight((rest, entry) => {
    if (!secrets.has(entry.name)) return rest
    const [start = ''] = /^[^\S\n]*(?:export[^\S\n]+)?/.exec(rest.slice(entry.start)) ?? []
    const reference = isSplit
      ? referenceTo(splitName(name, entry.name), undefined)
      : referenceTo(name, entry.name)
    const line = `${start}${entry.name}=${reference}`
    return `${rest.slice(0, entry.start)}${line}${rest.slice(entry.end)}`
  }, text)
}

/** Lines that are comments and look like secrets all the same. */
export function commentedSecrets(text: string): number[] {
  return text.split('\n').flatMap((line, at) => {
    const [, name = '', value = ''] = /^\s*#\s*(?:export\s+)?([\w.-]+)\s*=\s*(.+)$/.exec(line) ?? []
    return kindOf(name, value.replace(/^(['"])(.*)\1$/, '$2')).isSecret ? [at + 1] : []
  })
}
