/** Where a list of this service goes on: only for the caller who began it, and for the same query. */
import type { PageTokens, Place } from '../../lib/page.ts'
import { fault, type Look } from './service.ts'

/** What tokens of a query are bound to. A session of a role goes on where another of it stopped. */
export function queryOf(
  { caller, region }: Look,
  operation: string,
  query: readonly unknown[],
): string[] {
  return [caller.roleArn ?? caller.arn, region, operation, JSON.stringify(query)]
}

/** The place in a token. Throws InvalidNextTokenException for one that is not of this query. */
export function mustBePlace(
  tokens: PageTokens,
  token: string | undefined,
  parts: number,
  bound: readonly string[],
): Place | undefined {
  if (token === undefined) return undefined
  const place = tokens.parse(token, parts, bound)
  if (!place) throw fault('InvalidNextTokenException', 'Invalid NextToken')
  return place
}
