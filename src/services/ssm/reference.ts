/**
 * The pass-through to Secrets Manager: a name below this prefix means a secret, which is asked for as
 * the caller, by their own permission on it.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/integration-ps-secretsmanager.html
 */
import { Fault } from '../../lib/fault.ts'
import { atOnce } from '../operation.ts'
import { fault, type Rooms } from './service.ts'

const prefix = '/aws/reference/secretsmanager/'

/** Whether a name means a secret. */
export const isReference = (name: string): boolean => name.startsWith(prefix)

interface Found {
  readonly ARN?: string
  readonly CreatedDate?: number
  readonly SecretString?: string
}

/** The secret's value as a parameter. */
export function shownSecret(rooms: Rooms, text: string, isDecrypted: boolean | undefined) {
  if (!isDecrypted) {
    throw fault(
      'ValidationException',
      'WithDecryption flag must be True for retrieving a Secret Manager secret.',
    )
  }
  const { name, selector } = split(text)
  const found = getSecret(rooms, name, selector)
  return {
    Name: name,
    Type: 'SecureString' as const,
    Value: found.SecretString ?? '',
    Version: 0,
    ...(selector !== undefined && { Selector: `:${selector}` }),
    SourceResult: JSON.stringify(found),
    LastModifiedDate: found.CreatedDate,
    ARN: found.ARN,
    DataType: 'text',
  }
}

function split(text: string): { name: string; selector: string | undefined } {
  const colon = text.indexOf(':')
  if (colon < 0) return { name: text, selector: undefined }
  return { name: text.slice(0, colon), selector: text.slice(colon + 1) }
}

/** Ids of versions are at least this long; labels that long are not told from them by AWS either. */
const versionIdForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

function getSecret({ enter }: Rooms, name: string, selector: string | undefined): Found {
  const isVersion = selector !== undefined && versionIdForm.test(selector)
  const input = {
    SecretId: name.slice(prefix.length),
    ...(selector !== undefined && { [isVersion ? 'VersionId' : 'VersionStage']: selector }),
  }
  try {
    const found: Found = atOnce(enter('secretsmanager', 'GetSecretValue', input))
    if (found.SecretString !== undefined) return found
  } catch (thrown) {
    throw thrown instanceof Fault && thrown.code === 'ResourceNotFoundException'
      ? absentSecret(name)
      : thrown
  }
  throw fault('ValidationException', 'A secret that holds bytes cannot be read as a parameter.')
}

const absentSecret = (name: string) =>
  fault(
    'ParameterNotFound',
    `An error occurred (ParameterNotFound) when referencing Secrets Manager: Secret ${name} not found.`,
  )
