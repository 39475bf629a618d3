/** AWS's own managed policies as records: one version each, and of no account. */
import { createHash } from 'node:crypto'
import type { AccountId } from '../../lib/brand.ts'
import { arnOf } from './arns.ts'
import { type AwsPolicy, awsPolicies } from './aws-policies.ts'
import type { PolicyRecord } from './records.ts'

/** Stands where an account's id stands in other ARNs. */
export const awsAccount = 'aws' as AccountId
const writtenAt = Date.UTC(2026, 0, 1)
const idDigits = 17

/** The same in every house and release, since attachments refer to it. */
const idOf = (arn: string): string => {
  const digest = createHash('sha256').update(arn).digest('hex').toUpperCase()
  return `ANPA${digest.slice(0, idDigits)}`
}

function recordOf([pathAndName, description, ...statements]: AwsPolicy): PolicyRecord {
  const cut = pathAndName.lastIndexOf('/') + 1
  const place = {
    kind: 'policy',
    account: awsAccount,
    path: pathAndName.slice(0, cut),
    name: pathAndName.slice(cut),
  } as const
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2)
  return {
    ...place,
    id: idOf(arnOf(place)),
    createdAt: writtenAt,
    changedAt: writtenAt,
    description,
    tags: [],
    defaultVersionId: 'v1',
    versionsMade: 1,
    versions: [{ id: 'v1', text, createdAt: writtenAt }],
  }
}

/** By ARN, in the order of their names. */
export const catalogue: ReadonlyMap<string, PolicyRecord> = new Map(
  awsPolicies
    .map(recordOf)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((record) => [arnOf(record), record]),
)
