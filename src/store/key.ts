/**
 * Keys of records: a collection's name and parts, joined so that they sort by part. Sorting is by
 * bytes in every engine. Names and dates that stand in keys are readable in the database.
 */
const separator = '\u001f'
const behindSeparator = '\u0020'
const beyondAllText = '\u{10ffff}'

export type Part = string | number

const numberDigits = 16

/** One key. A number is written with leading zeroes so that it sorts as a number. */
export function keyOf(collection: string, parts: readonly Part[]): string {
  let key = collection
  for (const part of parts) key += separator + textOf(part)
  if (!formOf(parts.length).test(key)) throw new Error('a control character in a key')
  return key
}

/** Nothing in a part may be taken for a separator: as many as there are parts, and no other control. */
const forms: RegExp[] = []
const formOf = (parts: number): RegExp => {
  forms[parts] ??= new RegExp(`^[^\\0-\\x1f]*(?:${separator}[^\\0-\\x1f]*){${parts}}$`)
  return forms[parts]
}

function textOf(part: Part): string {
  if (typeof part === 'string') return part
  if (!Number.isSafeInteger(part) || part < 0) throw new Error('not a whole number in a key')
  return String(part).padStart(numberDigits, '0')
}

/** The collection that a key is of. */
export function collectionOf(key: string): string {
  const end = key.indexOf(separator)
  return end < 0 ? key : key.slice(0, end)
}

/** The parts of a key, behind its collection. Numbers come back as they were written. */
export const partsOf = (key: string): string[] => key.split(separator).slice(1)

/** A half-open range of keys: `from` is in it, `to` is not. */
export interface KeyRange {
  readonly from: string
  readonly to: string
}

/** All keys of a collection whose first parts are these. */
export function rangeOf(collection: string, parts: readonly Part[]): KeyRange {
  const key = keyOf(collection, parts)
  return { from: key + separator, to: key + behindSeparator }
}

/** All keys whose part behind these begins with `prefix`. */
export function prefixRange(collection: string, parts: readonly Part[], prefix: string): KeyRange {
  const from = keyOf(collection, [...parts, prefix])
  return { from, to: from + beyondAllText }
}
