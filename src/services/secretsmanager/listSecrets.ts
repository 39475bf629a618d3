/**
 * The account's secrets in this region, in the order of their creation. A page may be short, or
 * empty with a token, when much of what was looked at did not fit.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ListSecrets.html
 */
import { dayMs } from '../../lib/clock.ts'
import { parseToken, printToken } from '../../lib/page.ts'
import { anything } from '../operation.ts'
import { arnOf } from './name.ts'
import { hereOf } from './secret.ts'
import { fault, operation } from './service.ts'
import type { SecretReader, SecretRecord, Shelf } from './store.ts'
import { labelsByVersion } from './version.ts'

const itemsDefault = 100

export const listSecrets = operation('ListSecrets', {
  action: 'secretsmanager:ListSecrets',
  touches: ({ caller }) => anything(caller.account),

  async run(rooms, input) {
    const here = hereOf(rooms)
    const itemsMax = input.MaxResults ?? itemsDefault
    const listed = await rooms.secrets.listByCreation(here, {
      after: placeOf(input.NextToken),
      itemsMax,
      reverse: input.SortOrder === 'desc',
    })
    const last = listed.at(-1)
    const shown = listed.flatMap(({ secret }) => (secret && isShown(secret, input) ? [secret] : []))

    return {
      SecretList: await Promise.all(shown.map((each) => entryOf(rooms.secrets, here, each))),
      NextToken: last && listed.length === itemsMax ? printToken(last.place) : undefined,
    }
  },
})

function placeOf(token: string | undefined) {
  if (token === undefined) return undefined
  const place = parseToken(token, 2)
  if (!place) throw fault('InvalidNextTokenException', 'Invalid NextToken')
  return place
}

const isShown = (
  secret: SecretRecord,
  { IncludePlannedDeletion }: { readonly IncludePlannedDeletion?: boolean | undefined },
): boolean => secret.deletedAt === undefined || IncludePlannedDeletion === true

async function entryOf(secrets: SecretReader, here: Shelf, record: SecretRecord) {
  const [day] = await secrets.readDays(here, record)
  const hasVersions = Object.keys(record.labels).length > 0
  return {
    ARN: arnOf(here, record.name, record.suffix),
    Name: record.name,
    Description: record.description,
    KmsKeyId: record.kmsKeyId,
    CreatedDate: record.createdAt,
    LastChangedDate: record.changedAt,
    LastAccessedDate: day === undefined ? undefined : day * dayMs,
    DeletedDate: record.deletedAt,
    Tags: record.tags,
    SecretVersionsToStages: hasVersions ? labelsByVersion(record.labels) : undefined,
  }
}
