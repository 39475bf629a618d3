/** Lists of this service: a token is good for the caller who began, and for the same query. */
import { fault, type Rooms } from './service.ts'

const itemsDefault = 100

interface Asked {
  readonly NextToken?: string | undefined
  readonly Limit?: number | undefined
}

/** One page of a list that goes on behind a name. */
export async function pageOf<R extends { readonly name: string }>(
  { tokens, caller, region }: Rooms,
  query: readonly string[],
  { NextToken, Limit = itemsDefault }: Asked,
  list: (page: { after?: readonly string[]; itemsMax: number }) => Promise<R[]>,
): Promise<{ items: R[]; NextToken?: string }> {
  const bound = [caller.roleArn ?? caller.arn, region, ...query]
  const [name] = NextToken === undefined ? [] : (tokens.parse(NextToken, 1, bound) ?? [null])
  if (name === null) throw fault('ValidationException', 'Parameter NextToken is not valid.')
  const after = name === undefined ? {} : { after: [String(name)] }
  const found = await list({ ...after, itemsMax: Limit + 1 })
  const items = found.slice(0, Limit)
  const last = items.at(-1)
  if (found.length <= Limit || !last) return { items }
  return { items, NextToken: tokens.print([last.name], bound) }
}
