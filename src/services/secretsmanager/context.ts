/**
 * Condition keys of Secrets Manager: what policies can ask about a request and about the secret that
 * it means. A member that the request does not carry gives no key.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 */
import type { ContextValue } from '../../policy/context.ts'
import type { SecretRecord, Shelf, Tag } from './records.ts'

export type Context = Readonly<Record<string, ContextValue>>

/** The members of requests that policies can ask for. */
export interface Asked {
  readonly Name?: string | undefined
  readonly Description?: string | undefined
  readonly KmsKeyId?: string | undefined
  readonly Type?: string | undefined
  readonly VersionId?: string | undefined
  readonly VersionStage?: string | undefined
  readonly RecoveryWindowInDays?: number | undefined
  readonly ForceDeleteWithoutRecovery?: boolean | undefined
  readonly ForceOverwriteReplicaSecret?: boolean | undefined
  readonly BlockPublicPolicy?: boolean | undefined
  readonly RotateImmediately?: boolean | undefined
  readonly RotationLambdaARN?: string | undefined
  readonly RotationRules?: object | undefined
  readonly AddReplicaRegions?: readonly { readonly Region?: string | undefined }[] | undefined
  readonly Tags?: readonly Tag[] | undefined
  readonly TagKeys?: readonly string[] | undefined
}

/** Members whose key has their own name and their own value. */
const plainMembers = [
  ...(['Name', 'Description', 'KmsKeyId', 'Type', 'VersionId', 'VersionStage'] as const),
  ...(['RecoveryWindowInDays', 'ForceDeleteWithoutRecovery', 'RotateImmediately'] as const),
  ...(['ForceOverwriteReplicaSecret', 'BlockPublicPolicy', 'RotationLambdaARN'] as const),
]

/** The keys of most requests. */
export const nothingAsked: Context = Object.freeze(Object.create(null))

/** The keys that a request carries. */
export function requestContext(input: Asked): Context {
  let context: Record<string, ContextValue> | undefined
  const put = (key: string, value: ContextValue): void => {
    context ??= Object.create(null) as Record<string, ContextValue>
    context[key] = value
  }
  for (const member of plainMembers) {
    const value = input[member]
    if (value !== undefined) put(`secretsmanager:${member}`, String(value))
  }
  if (input.RotationRules) put('secretsmanager:ModifyRotationRules', 'true')
  if (input.AddReplicaRegions) {
    const regions = input.AddReplicaRegions.map(({ Region = '' }) => Region)
    put('secretsmanager:AddReplicaRegions', regions)
  }
  const tagKeys = input.TagKeys ?? input.Tags?.map(({ Key = '' }) => Key)
  if (tagKeys?.length) put('aws:TagKeys', tagKeys)
  for (const { Key = '', Value = '' } of input.Tags ?? []) put(`aws:RequestTag/${Key}`, Value)
  return context ?? nothingAsked
}

/** The keys that a secret gives. */
export function secretContext(arn: string, { region }: Shelf, secret: SecretRecord): Context {
  const { type, rotation, primaryRegion, tags } = secret
  // Kept for as long as the record is: an object without a prototype would take several times the room.
  const context: Record<string, ContextValue> = {
    'secretsmanager:SecretId': arn,
    'secretsmanager:SecretPrimaryRegion': primaryRegion ?? region,
  }
  if (type) context['secretsmanager:resource/Type'] = type
  if (rotation?.lambdaArn) {
    context['secretsmanager:resource/AllowRotationLambdaArn'] = rotation.lambdaArn
  }
  for (const { Key = '', Value = '' } of tags ?? []) {
    context[`aws:ResourceTag/${Key}`] = Value
    context[`secretsmanager:ResourceTag/${Key}`] = Value
  }
  return context
}
