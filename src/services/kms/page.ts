/** Pages of lists, by KMS's words: Limit, Marker, NextMarker, Truncated. */
import { parseToken, printToken } from '../../lib/page.ts'
import { fault } from './service.ts'

export interface Paged {
  readonly Limit?: number | undefined
  readonly Marker?: string | undefined
}

/** Where a page begins, and how much to look at for it. */
export interface PageOptions {
  readonly after: readonly (string | number)[] | undefined
  readonly itemsMax: number
}

/** What to list for a page: one more than it holds, which tells whether there is another. */
export function optionsOf(input: Paged, itemsDefault: number): PageOptions {
  return { after: placeOf(input), itemsMax: (input.Limit ?? itemsDefault) + 1 }
}

function placeOf({ Marker }: Paged) {
  if (Marker === undefined) return undefined
  const place = parseToken(Marker, 1)
  if (!place) throw fault('InvalidMarkerException', 'Invalid marker.')
  return place
}

/** The items of a page, and where the next one begins. `idOf` tells an item's place in the list. */
export function pageOf<T>(
  items: readonly T[],
  { itemsMax }: PageOptions,
  idOf: (item: T) => string,
) {
  const shown = items.slice(0, itemsMax - 1)
  const last = shown.at(-1)
  const more = items.length === itemsMax && last !== undefined
  return {
    items: shown,
    end: { Truncated: more, ...(more && { NextMarker: printToken([idOf(last)]) }) },
  }
}

/** A page of a list that stands in one record, ordered by id. */
export function cut<T>(
  items: readonly T[],
  { after, itemsMax }: PageOptions,
  idOf: (item: T) => string,
): T[] {
  const [place] = after ?? []
  const start = place === undefined ? 0 : items.findIndex((item) => idOf(item) === place) + 1
  if (place !== undefined && start === 0) throw fault('InvalidMarkerException', 'Invalid marker.')
  return items.slice(start, start + itemsMax)
}
