/** Members of a table in a configuration file, each with its kind and bounds. A wrong one is one sentence. */
import { Refusal } from '../lib/fault.ts'

export type Table = Readonly<Record<string, unknown>>

/** Reads one member. Throws Refusal, which names it. */
export type Reads<T> = (value: unknown, name: string) => T

export const text: Reads<string> = (value, name) => {
  if (typeof value === 'string' && value !== '') return value
  throw new Refusal(`${name} is a text.`)
}

export const flag: Reads<boolean> = (value, name) => {
  if (typeof value === 'boolean') return value
  throw new Refusal(`${name} is true or false.`)
}

export const texts: Reads<readonly string[]> = (value, name) => {
  const isList = Array.isArray(value) && value.length > 0
  if (isList && value.every((each) => typeof each === 'string' && each !== '')) return value
  throw new Refusal(`${name} is a list of texts.`)
}

export const wholeFrom =
  (least: number, most: number): Reads<number> =>
  (value, name) => {
    // AWS's own file has the port as a text in places.
    const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
    if (Number.isInteger(number) && Number(number) >= least && Number(number) <= most) {
      return Number(number)
    }
    throw new Refusal(`${name} is a whole number from ${least} to ${most}.`)
  }

export const ratioFrom =
  (least: number, most: number): Reads<number> =>
  (value, name) => {
    if (typeof value === 'number' && value >= least && value <= most) return value
    throw new Refusal(`${name} is a number from ${least} to ${most}.`)
  }

/** @param kinds in lower case; the file may have them as it likes */
export const oneOf =
  <T extends string>(kinds: readonly T[]): Reads<T> =>
  (value, name) => {
    const kind = kinds.find((each) => typeof value === 'string' && each === value.toLowerCase())
    if (kind !== undefined) return kind
    throw new Refusal(`${name} is one of ${kinds.join(', ')}.`)
  }

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

export const table: Reads<Table> = (value, name) => {
  if (isTable(value)) return value
  throw new Refusal(`${name} is a table.`)
}

/** A list of tables, each read by these. */
export const tablesOf =
  <S extends Spec>(spec: S, required: keyof S & string): Reads<readonly Read<S>[]> =>
  (value, name) => {
    if (!Array.isArray(value)) throw new Refusal(`${name} is a list of tables.`)
    return value.map((each) => {
      const found = readTable(table(each, name), spec, `${name}.`)
      if (found[required] !== undefined) return found
      throw new Refusal(`Each of ${name} has a ${required}.`)
    })
  }

export type Spec = Readonly<Record<string, Reads<unknown>>>
export type Read<S extends Spec> = { readonly [K in keyof S]?: ReturnType<S[K]> }

/** The members of a table that are known; one that is not is refused, since it would be ignored. */
export function readTable<S extends Spec>(from: Table, spec: S, prefix: string): Read<S> {
  const found: [string, unknown][] = []
  for (const [name, value] of Object.entries(from)) {
    const reads = Object.hasOwn(spec, name) ? spec[name] : undefined
    if (!reads) throw new Refusal(`${prefix}${name} is not a setting of the agent.`)
    found.push([name, reads(value, `${prefix}${name}`)])
  }
  return Object.fromEntries(found) as Read<S>
}
