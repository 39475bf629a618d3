/** The parts of a batch: which secrets it means, and each of them asked for as a call of its own. */
import type {
  APIErrorType,
  BatchGetSecretValueRequest,
  GetSecretValueResponse,
  ListSecretsResponse,
} from '../../contract/generated/secretsmanager.ts'
import { Fault } from '../../lib/fault.ts'
import { fault, type Rooms } from './service.ts'

const itemsDefault = 20

/** Throws unless the secrets are either named or filtered. */
export function mustBeFitBatch({ SecretIdList, Filters, MaxResults }: BatchGetSecretValueRequest) {
  if (MaxResults !== undefined && !Filters) {
    throw fault(
      'InvalidParameterException',
      "'Filters' not specified. 'Filters' must also be specified when 'MaxResults' is provided.",
    )
  }
  if ((SecretIdList === undefined) !== (Filters === undefined)) return
  throw fault(
    'InvalidParameterException',
    "Either 'SecretIdList' or 'Filters' must be provided, but not both.",
  )
}

/** The secrets that the batch means. Filters are ListSecrets', asked for as such. */
export async function chooseSecrets(
  { enter }: Rooms,
  { SecretIdList, Filters, MaxResults = itemsDefault, NextToken }: BatchGetSecretValueRequest,
): Promise<{ ids: readonly string[]; next?: string | undefined }> {
  if (SecretIdList) return { ids: SecretIdList }
  const input = { Filters, MaxResults, ...(NextToken !== undefined && { NextToken }) }
  const listed: ListSecretsResponse = await enter('secretsmanager', 'ListSecrets', input)
  return {
    ids: (listed.SecretList ?? []).map(({ ARN = '' }) => ARN),
    next: listed.NextToken,
  }
}

/** Every secret by GetSecretValue; what it refuses is an entry, and no failure of the batch. */
export async function getEach({ enter }: Rooms, ids: readonly string[]) {
  const values: GetSecretValueResponse[] = []
  const errors: APIErrorType[] = []
  for (const SecretId of ids) {
    try {
      values.push(await enter('secretsmanager', 'GetSecretValue', { SecretId }))
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown
      errors.push({ SecretId, ErrorCode: thrown.code, Message: thrown.words })
    }
  }
  return { values, errors }
}
