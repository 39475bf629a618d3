/**
 * Filters of lists: all of them must hold, the values of one are alternatives.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html
 */
import { mustBeListPath } from './name.ts'
import { keyName, type ParameterRecord } from './records.ts'
import { defaultKey } from './sealed.ts'
import { fault } from './service.ts'

export interface Filter {
  readonly Key: string
  readonly Option?: string | undefined
  readonly Values?: readonly string[] | undefined
}

/** Whether a parameter is in the list. */
export type Matches = (parameter: ParameterRecord) => boolean

type Compare = (text: string, value: string) => boolean

const equals: Compare = (text, value) => text === value
const beginsWith: Compare = (text, value) => text.startsWith(value)

const plain: ReadonlyMap<string, Compare> = new Map([
  ['Equals', equals],
  ['BeginsWith', beginsWith],
])
const names: ReadonlyMap<string, Compare> = new Map([
  ['Equals', (text: string, value: string) => keyName(text) === keyName(value)],
  ['BeginsWith', (text: string, value: string) => beginsWith(keyName(text), keyName(value))],
  ['Contains', (text: string, value: string) => text.includes(value)],
])
const paths: ReadonlyMap<string, Compare> = new Map([
  ['OneLevel', (text: string, value: string) => isBelow(text, value, false)],
  ['Recursive', (text: string, value: string) => isBelow(text, value, true)],
])
const exact: ReadonlyMap<string, Compare> = new Map([['Equals', equals]])

interface Row {
  /** What a parameter has to compare with. */
  texts(parameter: ParameterRecord): readonly string[]
  /** The first option is meant when none is named. */
  readonly options: ReadonlyMap<string, Compare>
}

const rows: ReadonlyMap<string, Row> = new Map<string, Row>([
  ['Name', { texts: ({ name }) => [name], options: names }],
  ['Path', { texts: ({ name }) => [name], options: paths }],
  ['Type', { texts: ({ type }) => [type], options: plain }],
  ['Tier', { texts: ({ tier }) => [tier], options: plain }],
  ['DataType', { texts: ({ dataType }) => [dataType], options: plain }],
  [
    'KeyId',
    {
      texts: ({ type, keyId }) => (type === 'SecureString' ? [keyId ?? defaultKey] : []),
      options: plain,
    },
  ],
  ['Label', { texts: ({ labels }) => labels.map(({ name }) => name), options: exact }],
])

const tagPrefix = 'tag:'

function rowOf(key: string): Row | undefined {
  if (!key.startsWith(tagPrefix)) return rows.get(key)
  const name = key.slice(tagPrefix.length)
  const texts: Row['texts'] = ({ tags }) =>
    tags.filter(({ Key }) => Key === name).map(({ Value }) => Value)
  return { texts, options: plain }
}

/** Whether a name stands below a path: directly, or however deep. */
export function isBelow(name: string, path: string, isRecursive: boolean): boolean {
  const key = keyName(name)
  const from = path.endsWith('/') ? path : `${path}/`
  if (!key.startsWith(from)) return false
  return isRecursive || !key.slice(from.length).includes('/')
}

/**
 * All filters together. @param keys those that the operation takes. Throws InvalidFilterKey,
 * InvalidFilterOption, InvalidFilterValue.
 */
export function matcherOf(filters: readonly Filter[], keys: ReadonlySet<string>): Matches {
  const each = filters.map((filter) => matcher(filter, keys))
  return (parameter) => each.every((matches) => matches(parameter))
}

function matcher({ Key, Option, Values }: Filter, keys: ReadonlySet<string>): Matches {
  const row = keys.has(Key.startsWith(tagPrefix) ? tagPrefix : Key) ? rowOf(Key) : undefined
  if (!row) throw fault('InvalidFilterKey', 'The specified filter key is not valid.')
  const [first] = row.options.keys()
  const compare = row.options.get(Option ?? first ?? '')
  if (!compare) throw fault('InvalidFilterOption', 'The specified filter option is not valid.')
  // A tag may be asked for by its key alone.
  if (!Values && Key.startsWith(tagPrefix)) return (parameter) => row.texts(parameter).length > 0
  if (!Values) throw fault('InvalidFilterValue', 'The filter value is not valid.')
  if (Key === 'Path') for (const value of Values) mustBeListPath(value)
  return (parameter) =>
    row.texts(parameter).some((text) => Values.some((value) => compare(text, value)))
}

/** What all names that fit begin with, as far as the filters say it: where in the shelf to look. */
export function namePrefix(filters: readonly Filter[]): string {
  for (const { Key, Option, Values = [] } of filters) {
    const [value, ...others] = Values
    if (value === undefined || others.length > 0) continue
    if (Key === 'Path') return mustBeListPath(value)
    if (Key === 'Name' && Option !== 'Contains') return keyName(value)
  }
  return ''
}
