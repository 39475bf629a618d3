/**
 * The account's secrets in this region, in the order of their creation unless another is asked for.
 * A page may be short, or empty with a token, when much of what was looked at did not fit.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
 */
import { anything, eachOf } from '../operation.ts'
import { entryOf, stagesOf } from './entry.ts'
import { matcherOf } from './filter.ts'
import { pageOf, type Spot, spotParts } from './listing.ts'
import { mustBePlace, queryOf } from './page.ts'
import { hereOf } from './secret.ts'
import { operation } from './service.ts'

const itemsDefault = 100

export const listSecrets = operation('ListSecrets', {
  action: 'secretsmanager:ListSecrets',
  touches: ({ caller }) => anything(caller.account),

  async run(rooms, input) {
    const { Filters, SortBy, SortOrder, IncludePlannedDeletion = false } = input
    const shelf = hereOf(rooms)
    const filtered = matcherOf(Filters, shelf)
    const query = {
      shelf,
      filters: Filters,
      matches: (secret: Parameters<typeof filtered>[0]) =>
        (IncludePlannedDeletion || secret.deletedAt === undefined) && filtered(secret),
      order: SortBy,
      reverse: SortOrder === 'desc',
    }
    const asked = [Filters ?? [], SortBy, query.reverse, IncludePlannedDeletion]
    const bound = queryOf(rooms, 'ListSecrets', asked)
    const after = mustBePlace(rooms.tokens, input.NextToken, spotParts, bound) as Spot | undefined
    const itemsMax = input.MaxResults ?? itemsDefault
    const { secrets, next } = await pageOf(rooms.secrets, query, after, itemsMax)

    return {
      SecretList: eachOf(secrets, (secret) => ({
        ...entryOf(rooms, shelf, secret),
        SecretVersionsToStages: stagesOf(secret),
      })),
      NextToken: next && rooms.tokens.print(next, bound),
    }
  },
})
