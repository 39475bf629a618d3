/**
 * A page of a shelf, in the order of names. It costs what it examines and never what the shelf holds:
 * at most 1,000 parameters. A page may therefore be short, or empty with a token.
 */
import type { Matches } from './filter.ts'
import { keyName, type ParameterRecord, type Shelf } from './records.ts'
import type { ParameterReader } from './store.ts'

const examinedMax = 1000

export interface Query {
  readonly shelf: Shelf
  readonly prefix: string
  readonly matches: Matches
  /** Where only one level is wanted: what stands below its parts is leapt over. */
  readonly isFlat?: boolean
}

export interface Page {
  readonly parameters: readonly ParameterRecord[]
  /** The key behind which the list goes on; absent at its end. */
  readonly next: string | undefined
}

/** A page of a query behind a key. */
export async function pageOf(
  reader: ParameterReader,
  query: Query,
  after: string | undefined,
  itemsMax: number,
): Promise<Page> {
  const parameters: ParameterRecord[] = []
  let next = after
  for (let examined = 0; examined < examinedMax; ) {
    const chunk = Math.min(Math.max(itemsMax - parameters.length, examined) + 1, examinedMax)
    const listed = await reader.list(query.shelf, {
      prefix: query.prefix,
      after: next === undefined ? undefined : [next],
      itemsMax: chunk,
    })
    for (const parameter of listed) {
      examined++
      if (next !== undefined && keyName(parameter.name) < next) continue
      if (query.matches(parameter)) {
        if (parameters.length === itemsMax) return { parameters, next }
        parameters.push(parameter)
      }
      next = placeOf(query, parameter)
    }
    if (listed.length < chunk) return { parameters, next: undefined }
  }
  return { parameters, next }
}

/** Beyond everything that any name can go on with. */
const beyond = '\u{10fffe}'

function placeOf({ prefix, isFlat = false }: Query, { name }: ParameterRecord): string {
  const key = keyName(name)
  const slash = isFlat ? key.indexOf('/', prefix.length) : -1
  return slash < 0 ? key : key.slice(0, slash + 1) + beyond
}
