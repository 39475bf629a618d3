/** Pages of lists, as IAM cuts them. */
import { type Place, parseToken, printToken } from '../../lib/page.ts'
import { fault } from './service.ts'

const itemsDefault = 100

export interface PageInput {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

/** Where a list goes on, and how far. One item more than is shown tells whether there is more. */
export function pageOf({ Marker, MaxItems = itemsDefault }: PageInput, parts = 1) {
  const after = Marker === undefined ? undefined : parseToken(Marker, parts)
  if (Marker !== undefined && !after) throw fault('ValidationException', 'Invalid Marker.')
  return { after, shownMax: MaxItems, itemsMax: MaxItems + 1 }
}

/** The items to show, and what an answer says about the rest. */
export function cut<T>(items: readonly T[], shownMax: number, placeOf: (item: T) => Place) {
  const page = items.slice(0, shownMax)
  const last = page.at(-1)
  const rest =
    items.length > shownMax && last !== undefined
      ? { IsTruncated: true, Marker: printToken(placeOf(last)) }
      : { IsTruncated: false }
  return { page, rest }
}

/** A page of a list that is at hand, sorted by name. */
export function pageOfList<T>(items: readonly T[], input: PageInput, nameOf: (item: T) => string) {
  const { after, shownMax } = pageOf(input)
  const behind = after && String(after[0])
  const sorted = items
    .filter((item) => behind === undefined || nameOf(item) > behind)
    .sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  return cut(sorted, shownMax, (item) => [nameOf(item)])
}
