/** Where a list of this service goes on: only for the caller who began it, and for the same query. */
import type { Place } from '../../lib/page.ts'
import { fault, type Rooms } from './service.ts'

/** The tokens of one query. A session of a role goes on where another of it stopped. */
export function tokensOf(
  { tokens, caller, region }: Rooms,
  operation: string,
  query: readonly unknown[],
) {
  const bound = [caller.roleArn ?? caller.arn, region, operation, JSON.stringify(query)]
  return {
    print: (place: Place | undefined) => place && tokens.print(place, bound),
    /** Throws InvalidNextToken for one that is not of this query. */
    mustBePlace(token: string | undefined, parts: number): Place | undefined {
      if (token === undefined) return undefined
      const place = tokens.parse(token, parts, bound)
      if (!place) {
        throw fault('InvalidNextToken', 'The next token is invalid.')
      }
      return place
    },
  }
}
