/** Pages of lists, as IAM cuts them. */
import { parseToken, printToken } from '../../lib/page.ts'
import { fault } from './service.ts'

const itemsDefault = 100

/** Where a list goes on, and how far. */
export function pageOf(input: {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}) {
  const place = input.Marker === undefined ? undefined : parseToken(input.Marker, 1)
  if (input.Marker !== undefined && !place) throw fault('ValidationException', 'Invalid Marker.')
  return { after: place, itemsMax: input.MaxItems ?? itemsDefault }
}

/** What an answer says about the rest: a marker when the page is full. */
export const restOf = (names: readonly string[], itemsMax: number) =>
  names.length < itemsMax
    ? { IsTruncated: false }
    : { IsTruncated: true, Marker: printToken([names.at(-1) ?? '']) }
