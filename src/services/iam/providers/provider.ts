/**
 * OpenID Connect providers: issuers whose tokens may stand for a role's credentials.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
 */
import { Absent, type Subject } from '../../operation.ts'
import { providerArn, providerUrlOf } from '../arns.ts'
import type { Context } from '../entity.ts'
import type { ProviderRecord } from '../records.ts'
import { fault, type Look } from '../service.ts'
import { resourceTags } from '../tags.ts'

export interface Provider extends Subject {
  readonly record: ProviderRecord
}

const auditType = 'AWS::IAM::OIDCProvider'

/** The provider of that ARN in the caller's account, or its absence. */
export function findProvider(
  { identities, caller: { account } }: Look,
  arn: string,
  context: Context = {},
  words = `OpenIDConnect Provider not found for arn ${arn}`,
): Provider | Absent {
  const url = providerUrlOf(account, arn)
  if (url === undefined) {
    throw fault('InvalidInput', 'Invalid Open ID Connect Provider ARN.')
  }
  const record = identities.findProvider(account, url)
  if (!record)
    return new Absent({ arn, account, shown: arn, context }, fault('NoSuchEntity', words))
  const own = resourceTags(record.tags)
  return { arn, account, record, context: { ...own, ...context }, type: auditType }
}

/** An issuer in one's own network may have a port, which AWS could not reach. */
const urlForm = /^https:\/\/([A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[!$-.0-9:;=@A-Z_a-z~/]*)?)$/

/** What stands behind `https://`. Throws ValidationError for any other URL. */
export function mustBeIssuer(url: string): string {
  const [, rest] = urlForm.exec(url) ?? []
  if (rest !== undefined) return rest
  throw fault('ValidationException', 'Invalid Open ID Connect Provider URL')
}

/** The subject of a creation. */
export const providerToBe = (account: ProviderRecordOwner, url: string, context: Context) => ({
  arn: providerArn(account, url),
  account,
  context,
  type: auditType,
})

type ProviderRecordOwner = Parameters<typeof providerArn>[0]

const clientIdsMax = 100
const thumbprintsMax = 5

/** Client ids, each once. Throws LimitExceeded. */
export function fitClientIds(ids: readonly string[] = []): readonly string[] {
  const unique = [...new Set(ids)]
  if (unique.length <= clientIdsMax) return unique
  throw fault(
    'LimitExceeded',
    `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${clientIdsMax}`,
  )
}

/** Kept and shown; the issuer's certificate is checked like any other's. */
export function fitThumbprints(thumbprints: readonly string[] = []): readonly string[] {
  if (thumbprints.length > thumbprintsMax) {
    throw fault(
      'InvalidInput',
      `Thumbprint list must contain fewer than ${thumbprintsMax} entries.`,
    )
  }
  return thumbprints
}
