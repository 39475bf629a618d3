/**
 * The versions of a secret with their labels, from the oldest on; those without labels only on
 * request, and then without a VersionStages member.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecretVersionIds.html
 */
import { mustBePlace, queryOf } from './page.ts'
import { findSecret } from './secret.ts'
import { operation } from './service.ts'
import { showVersions, versionsFrom } from './version-list.ts'

const itemsDefault = 100

export const listSecretVersionIds = operation('ListSecretVersionIds', {
  action: 'secretsmanager:ListSecretVersionIds',
  touches: (look, input) => findSecret(look, input),

  async run(rooms, input, secret) {
    const deprecated = input.IncludeDeprecated ?? false
    const bound = queryOf(rooms, 'ListSecretVersionIds', [secret.arn, deprecated])
    const after = mustBePlace(rooms.tokens, input.NextToken, 2, bound)
    const itemsMax = input.MaxResults ?? itemsDefault
    const versions = await versionsFrom(rooms, secret, {
      deprecated,
      after,
      itemsMax: itemsMax + 1,
    })
    const shown = versions.slice(0, itemsMax)
    const last = versions.length > itemsMax ? shown.at(-1) : undefined

    return {
      ARN: secret.arn,
      Name: secret.record.name,
      Versions: await showVersions(rooms, secret, shown),
      NextToken: last && rooms.tokens.print([last.createdAt, last.id], bound),
    }
  },
})
