/**
 * Values of secrets as other programs read them. Each format gives back exactly what was put in, or
 * refuses: a password that loses a character on its way is worse than none.
 */
import { Refusal } from '../lib/fault.ts'

/** Bytes that are no text come as base64, in every format. */
export type Value =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly base64: string }

/** @param prefix what variables' names leave out */
type Format = (values: readonly Value[], prefix: string) => string

export const formats: ReadonlyMap<string, Format> = new Map<string, Format>([
  ['json', printJson],
  ['env', (values, prefix) => printLines(values, prefix, 'export ', shellQuoted)],
  ['dotenv', (values, prefix) => printLines(values, prefix, '', dotenvQuoted)],
])

/** By the secrets' own names. */
function printJson(values: readonly Value[]): string {
  const entries = values.map((value): [string, unknown] => [
    value.name,
    'text' in value ? value.text : { SecretBinary: value.base64 },
  ])
  return `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`
}

type Quote = (name: string, text: string) => string

function printLines(values: readonly Value[], prefix: string, start: string, quote: Quote): string {
  const named = new Map<string, string>()
  const lines = values.map((value) => {
    const variable = variableOf(value.name, prefix)
    const other = named.get(variable)
    if (other !== undefined) {
      throw new Refusal(`${other} and ${value.name} would both be ${variable}: export as json.`)
    }
    named.set(variable, value.name)
    return `${start}${variable}=${quote(value.name, 'text' in value ? value.text : value.base64)}\n`
  })
  return lines.join('')
}

/** `prod/app/db-password` under `prod/app/` is DB_PASSWORD. */
function variableOf(name: string, prefix: string): string {
  const rest = name.slice(prefix.length) || name
  const variable = rest.replaceAll(/[^A-Za-z0-9_]/g, '_').toUpperCase()
  return /^\d/.test(variable) ? `_${variable}` : variable
}

/** As every POSIX shell reads it back. */
function shellQuoted(name: string, text: string): string {
  if (text.includes('\0')) throw unfit(name, 'env')
  return `'${text.replaceAll("'", "'\\''")}'`
}

/**
 * Readers of dotenv files agree on little: that single quotes hold everything but themselves, and that
 * double quotes hold what has no escapes, variables or quotes in it.
 */
function dotenvQuoted(name: string, text: string): string {
  if (/[\0\r]/.test(text)) throw unfit(name, 'dotenv')
  if (!text.includes("'")) return `'${text}'`
  if (!/["\\$`]/.test(text)) return `"${text}"`
  throw unfit(name, 'dotenv')
}

const unfit = (name: string, format: string): Refusal =>
  new Refusal(`The value of ${name} can't be written as ${format}: export as json.`)
