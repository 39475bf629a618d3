/**
 * Filters of lists. The values of one filter are alternatives, several filters must all hold, and a
 * value behind `!` must not. Names, tags and regions are compared by their beginning; descriptions,
 * and everything at once, word by word.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_search-secret.html
 */
import type { SecretRecord, Shelf } from './records.ts'
import { fault } from './service.ts'

export interface Filter {
  readonly Key?: string | undefined
  readonly Values?: readonly string[] | undefined
}

/** Whether a secret is in the list. */
export type Matches = (secret: SecretRecord) => boolean

/** All filters together. Throws InvalidParameterException for one without a key or values. */
export function matcherOf(filters: readonly Filter[] = [], shelf: Shelf): Matches {
  const each = filters.map((filter) => matcher(filter, shelf))
  return (secret) => each.every((matches) => matches(secret))
}

interface Row {
  /** The texts of a secret that the filter looks at. */
  texts(secret: SecretRecord, shelf: Shelf): readonly string[]
  /** Makes a test of a value. */
  readonly test: (value: string) => (text: string) => boolean
}

const beginsWith: Row['test'] = (value) => (text) => text.startsWith(value)

/** Each word of the value begins some word of the text; a value without words finds nothing. */
const hasWords: Row['test'] = (value) => {
  const wanted = wordsIn(value)
  return (text) => {
    const words = wordsIn(text)
    return wanted.length > 0 && wanted.every((want) => words.some((word) => word.startsWith(want)))
  }
}

const describe = ({ description }: SecretRecord) => (description ? [description] : [])
const tagKeys = ({ tags = [] }: SecretRecord) => tags.map(({ Key = '' }) => Key)
const tagValues = ({ tags = [] }: SecretRecord) => tags.map(({ Value = '' }) => Value)

const rows: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['name', { texts: ({ name }) => [name], test: beginsWith }],
  ['tag-key', { texts: tagKeys, test: beginsWith }],
  ['tag-value', { texts: tagValues, test: beginsWith }],
  ['primary-region', { texts: primaryRegion, test: beginsWith }],
  // No secret of this house belongs to another service.
  ['owning-service', { texts: () => [], test: beginsWith }],
  ['description', { texts: describe, test: hasWords }],
  [
    'all',
    {
      texts: (secret) => [
        secret.name,
        ...describe(secret),
        ...tagKeys(secret),
        ...tagValues(secret),
      ],
      test: hasWords,
    },
  ],
])

function primaryRegion({ primaryRegion, replicas }: SecretRecord, { region }: Shelf): string[] {
  if (primaryRegion !== undefined) return [primaryRegion]
  return replicas ? [region] : []
}

function matcher({ Key, Values }: Filter, shelf: Shelf): Matches {
  const row = Key === undefined ? undefined : rows.get(Key)
  if (!row) throw fault('InvalidParameterException', 'Invalid filter key')
  if (!Values) throw fault('InvalidParameterException', `Invalid filter values for key: ${Key}`)
  const tests = Values.map((value) => {
    const isNegated = value.startsWith('!')
    return { isNegated, holds: row.test(isNegated ? value.slice(1) : value) }
  })
  return (secret) => {
    const texts = row.texts(secret, shelf)
    return tests.some(({ isNegated, holds }) => texts.some(holds) !== isNegated)
  }
}

const breaks = /[\s/_+=.@-]+/
/** Where a lower-case run begins a word: `COMPANYthings` is `COMPAN` and `Ythings`. */
const humps = /([^a-z][a-z]+)/

/** The words of a text, in lower case. */
function wordsIn(text: string): string[] {
  return text
    .split(breaks)
    .flatMap((part) => part.split(humps))
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())
}

/**
 * The beginnings that a name must have one of, if the filters say so: they tell which part of the
 * shelf is worth looking at. None of them begins with another.
 */
export function namePrefixes(filters: readonly Filter[] = []): readonly string[] | undefined {
  const naming = filters.find(
    ({ Key, Values }) => Key === 'name' && Values?.every((value) => !value.startsWith('!')),
  )
  const sorted = [...new Set(naming?.Values)].sort()
  const least = sorted.filter((value, at) => !sorted.slice(0, at).some((b) => value.startsWith(b)))
  return naming ? least : undefined
}
