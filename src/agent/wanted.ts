/** What applications ask for, and how a service is asked for it. The id counts as it was given. */
import { Refused } from './upstream.ts'

export interface WantedSecret {
  readonly kind: 'secret'
  readonly id: string
  readonly versionId?: string | undefined
  readonly stage?: string | undefined
}

export interface WantedParameter {
  readonly kind: 'parameter'
  /** With its selector, if there is one: `name:3`, `name:label`. */
  readonly id: string
  readonly decrypts: boolean
}

export type Wanted = WantedSecret | WantedParameter

/** What is kept: the answer as applications get it, and what the agent itself must know of it. */
export interface Value {
  /** JSON text, whole. */
  readonly body: string
  readonly arn: string
  readonly name: string
  readonly version: string
}

/** One entry per thing, as AWS's agent has it: a name and its ARN are two. */
export const keyOf = (wanted: Wanted): string =>
  wanted.kind === 'secret'
    ? JSON.stringify(['secret', wanted.id, wanted.versionId, wanted.stage])
    : JSON.stringify(['parameter', wanted.id, wanted.decrypts])

export const requestOf = (wanted: Wanted) =>
  wanted.kind === 'secret'
    ? ({
        service: 'secretsmanager',
        target: 'secretsmanager.GetSecretValue',
        input: {
          SecretId: wanted.id,
          ...(wanted.versionId !== undefined && { VersionId: wanted.versionId }),
          ...(wanted.stage !== undefined && { VersionStage: wanted.stage }),
        },
      } as const)
    : ({
        service: 'ssm',
        target: 'AmazonSSM.GetParameter',
        input: { Name: wanted.id, WithDecryption: wanted.decrypts },
      } as const)

type JsonObject = Readonly<Record<string, unknown>>

export const valueIn = (wanted: Wanted, answer: JsonObject): Value =>
  wanted.kind === 'secret' ? secretIn(answer) : parameterIn(answer)

/** GetSecretValue's answer as AWS's agent prints it: the date is a text of seconds. */
export function secretIn(answer: JsonObject): Value {
  const { ARN, Name, VersionId, SecretString, SecretBinary, VersionStages, CreatedDate } = answer
  const shown = { ARN, Name, VersionId, SecretString, SecretBinary, VersionStages }
  const date = CreatedDate === undefined ? {} : { CreatedDate: String(CreatedDate) }
  return {
    body: JSON.stringify({ ...shown, ...date }),
    arn: textOf(ARN),
    name: textOf(Name),
    version: textOf(VersionId),
  }
}

/** GetParameter's answer as AWS's Lambda extension prints it. */
function parameterIn(answer: JsonObject): Value {
  const parameter = answer.Parameter as JsonObject | undefined
  if (!parameter) throw new Refused(500, 'InternalFailure', '')
  const { LastModifiedDate: seconds, ...rest } = parameter
  const date =
    typeof seconds === 'number'
      ? { LastModifiedDate: new Date(seconds * 1000).toISOString() }
      : undefined
  return {
    body: JSON.stringify({ Parameter: { ...rest, ...date }, ResultMetadata: {} }),
    arn: textOf(rest.ARN),
    name: textOf(rest.Name),
    version: String(rest.Version ?? ''),
  }
}

const textOf = (member: unknown): string => (typeof member === 'string' ? member : '')
