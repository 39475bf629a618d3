/** Lists of this service: at most fifty items a page, as in AWS, whatever is asked for. */
import { parseToken, printToken } from '../../lib/page.ts'
import { fault } from './service.ts'

const itemsMax = 50

interface Asked {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

export const itemsOf = ({ MaxItems = itemsMax }: Asked): number => Math.min(MaxItems, itemsMax)

/** Where a list goes on: behind the item with this name. */
export function placeOf({ Marker }: Asked): string | undefined {
  if (Marker === undefined || Marker === '') return undefined
  const [name] = parseToken(Marker, 1) ?? []
  if (typeof name === 'string') return name
  throw fault('InvalidParameterValueException', 'Invalid Marker')
}

/** A page of a list that is at hand as a whole, in the order of its names. */
export function pageOf<T>(
  items: readonly T[],
  asked: Asked,
  nameOf: (item: T) => string,
): { readonly page: readonly T[]; readonly NextMarker?: string } {
  const place = placeOf(asked)
  const start = place === undefined ? 0 : items.findIndex((item) => nameOf(item) === place) + 1
  const page = items.slice(start, start + itemsOf(asked))
  const last = page.at(-1)
  if (last === undefined || start + page.length >= items.length) return { page }
  return { page, NextMarker: printToken([nameOf(last)]) }
}
