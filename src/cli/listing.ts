/** The secrets that a caller may list, and the values of them that it may read. */
import type { SecretListEntry } from '../contract/generated/secretsmanager.ts'
import { callSecrets, type Endpoint } from './client.ts'

export interface Listed extends SecretListEntry {
  readonly Name: string
  readonly ARN: string
}

interface Page {
  readonly SecretList: readonly Listed[]
  readonly NextToken?: string
}

/** By name. AWS's filter does not tell capitals apart; this one does. */
export async function listSecrets(
  endpoint: Endpoint,
  prefix = '',
  { isDeletedToo = false } = {},
): Promise<Listed[]> {
  const found: Listed[] = []
  const Filters = prefix ? [{ Key: 'name', Values: [prefix] }] : undefined
  let NextToken: string | undefined
  do {
    const input = {
      ...{ Filters, NextToken, MaxResults: 100, SortBy: 'name', SortOrder: 'asc' },
      ...(isDeletedToo && { IncludePlannedDeletion: true }),
    }
    const page: Page = await callSecrets(endpoint, 'ListSecrets', input)
    found.push(...page.SecretList.filter(({ Name }) => Name.startsWith(prefix)))
    NextToken = page.NextToken
  } while (NextToken)
  return found
}

export interface Stored {
  readonly name: string
  readonly versionId: string
  readonly text?: string
  readonly base64?: string
}

export interface Skipped {
  readonly id: string
  readonly code: string
}

interface Batch {
  readonly SecretValues: readonly {
    readonly Name: string
    readonly VersionId: string
    readonly SecretString?: string
    readonly SecretBinary?: string
  }[]
  readonly Errors?: readonly { readonly SecretId: string; readonly ErrorCode: string }[]
}

const batchItemsMax = 20

/**
 * The current values of secrets; what may not be read is told apart.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
 */
export async function readSecrets(endpoint: Endpoint, ids: readonly string[]) {
  const values: Stored[] = []
  const skipped: Skipped[] = []
  for (let at = 0; at < ids.length; at += batchItemsMax) {
    const SecretIdList = ids.slice(at, at + batchItemsMax)
    const batch = await callSecrets<Batch>(endpoint, 'BatchGetSecretValue', { SecretIdList })
    for (const { Name, VersionId, SecretString, SecretBinary } of batch.SecretValues) {
      const value =
        SecretString === undefined ? { base64: SecretBinary ?? '' } : { text: SecretString }
      values.push({ name: Name, versionId: VersionId, ...value })
    }
    for (const { SecretId, ErrorCode } of batch.Errors ?? []) {
      skipped.push({ id: SecretId, code: ErrorCode })
    }
  }
  return { values, skipped }
}
