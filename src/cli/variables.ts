/**
 * What a program gets in its environment: the fields of secrets, plain values by their secrets' names,
 * and the lines of a .env file with values in the place of its references.
 */
import { Refusal } from '../lib/fault.ts'
import type { Endpoint } from './client.ts'
import { type Entry, parseDotenv, withPlainEnds } from './dotenv.ts'
import { readFile } from './input.ts'
import { type Reference, Resolver, referencesIn } from './reference.ts'
import { membersIn, readText } from './secret.ts'

export interface Wanted {
  readonly secrets: readonly string[]
  /** A .env file, whose lines secrets overrule. */
  readonly file?: string
  readonly stage?: string
}

type Variables = Record<string, string>

/** Throws Refusal, which holds no value. */
export async function readVariables(endpoint: Endpoint, wanted: Wanted): Promise<Variables> {
  const variables: Variables = Object.create(null)
  if (wanted.file !== undefined) await addFile(endpoint, wanted.file, variables)
  const which = wanted.stage === undefined ? {} : { stage: wanted.stage }
  for (const id of wanted.secrets) {
    const { name, text } = await readText(endpoint, id, which)
    const members = membersIn(text) ?? new Map([[variableOf(name), text]])
    for (const [key, value] of members) {
      mustBeVariable(key, id)
      variables[key] = value
    }
  }
  return variables
}

/** What the variables are read from. Throws Refusal. */
export const referencesOf = ({ secrets, file, stage }: Wanted): readonly Reference[] => [
  ...secrets.map((id): Reference => ({ kind: 'secret', id, ...(stage && { stage }) })),
  ...(file === undefined ? [] : entriesOf(file)).flatMap(({ value }) => [
    ...referencesIn(value).values(),
  ]),
]

async function addFile(endpoint: Endpoint, path: string, into: Variables): Promise<void> {
  const resolver = new Resolver(endpoint)
  for (const { name, value } of entriesOf(path)) {
    into[name] = await resolver.resolve(value)
  }
}

const entriesOf = (path: string): readonly Entry[] =>
  parseDotenv(withPlainEnds(readFile(path))).entries

/** `prod/db-password` is DB_PASSWORD. */
const variableOf = (name: string): string =>
  (name.split('/').at(-1) ?? name).toUpperCase().replace(/[^A-Z0-9_]/g, '_')

/** A field must not decide how the program is loaded. */
const loaders = /^(?:LD_|DYLD_|NODE_OPTIONS$|PATH$|IFS$|BASH_ENV$|ENV$|PYTHONPATH$|PYTHONSTARTUP$)/

function mustBeVariable(key: string, id: string): void {
  if (/^[A-Za-z_]\w*$/.test(key) && !loaders.test(key)) return
  throw new Refusal(`${id} has a field that can't be a variable: ${key.replace(/\P{L}/gu, '?')}.`)
}
