/** A secret as operations see it, and the rules that several of them share. */
import type { Arn } from '../../lib/brand.ts'
import { type CompiledPolicy, compilePolicy } from '../../policy/compile.ts'
import type { ContextValue } from '../../policy/context.ts'
import { readPolicy } from '../../policy/document.ts'
import { Absent, type Subject } from '../operation.ts'
import { absentSuffix, arnOf, parseId } from './name.ts'
import { fault, type Look } from './service.ts'
import type { SecretRecord, Shelf, Tag } from './store.ts'

export const secretType = 'AWS::SecretsManager::Secret'

/** A secret that exists, found for this call. */
export interface Secret extends Subject {
  readonly arn: Arn
  readonly shelf: Shelf
  readonly record: SecretRecord
}

/** The caller's own shelf. */
export const hereOf = ({ caller, region }: Look): Shelf => ({ account: caller.account, region })

/** The secret that the id means, or its absence. Other accounts' secrets are met by ARN only. */
export async function findSecret(look: Look, id: string): Promise<Secret | Absent> {
  const { shelf, candidates } = parseId(hereOf(look), id)
  if (shelf.region === look.region) {
    for (const { name, suffix } of candidates) {
      const record = await look.secrets.find(shelf, name)
      if (record && (suffix === undefined || record.suffix === suffix)) {
        return secretOf(shelf, record, id)
      }
    }
  }
  const [{ name, suffix } = { name: id }] = candidates
  const arn = arnOf(shelf, name, suffix ?? absentSuffix)
  return new Absent({ arn, account: shelf.account, shown: id }, notFound())
}

const notFound = () =>
  fault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")

/** @param shown how the caller named it */
export function secretOf(shelf: Shelf, record: SecretRecord, shown: string): Secret {
  const arn = arnOf(shelf, record.name, record.suffix)
  const context = { 'secretsmanager:SecretId': arn, ...tagContext(record.tags) }
  const policy = policyOf(record)
  return { arn, shelf, record, shown, policy, context, account: shelf.account, type: secretType }
}

/** The keys by which policies ask for a secret's tags. */
function tagContext(tags: readonly Tag[] = []): Record<string, ContextValue> {
  const context: Record<string, ContextValue> = {}
  for (const { Key = '', Value = '' } of tags) {
    context[`aws:ResourceTag/${Key}`] = Value
    context[`secretsmanager:ResourceTag/${Key}`] = Value
  }
  return context
}

const compiled = new WeakMap<SecretRecord, CompiledPolicy>()

/** The resource policy, compiled once for each record that was read. */
function policyOf(record: SecretRecord): CompiledPolicy | undefined {
  if (record.policy === undefined) return undefined
  const known = compiled.get(record)
  if (known) return known
  const source = { kind: 'resource', name: record.name } as const
  const policy = compilePolicy(readPolicy(record.policy, 'resource'), source)
  compiled.set(record, policy)
  return policy
}

/** A secret that was deleted keeps its values and does not give or change them. */
export function mustBeLive({ record }: Secret): void {
  if (record.deletedAt === undefined) return
  throw fault(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  )
}

/** SDKs make a token up; on the bare wire it must be there. */
export function mustHaveToken(token: string | undefined): string {
  if (token !== undefined) return token
  throw fault(
    'InvalidRequestException',
    'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
  )
}

/** What a caller may ask for and this house does not do yet is refused, never taken and ignored. */
export function mustBeOffered(input: {
  readonly KmsKeyId?: string | undefined
  readonly AddReplicaRegions?: readonly unknown[] | undefined
  readonly Type?: string | undefined
}): void {
  const { KmsKeyId = managedKey, AddReplicaRegions = [], Type } = input
  const refused =
    (KmsKeyId !== managedKey && 'KmsKeyId') ||
    (AddReplicaRegions.length > 0 && 'AddReplicaRegions') ||
    (Type !== undefined && 'Type')
  if (refused) throw fault('InvalidParameterException', `${refused} is not supported here yet.`)
}

const managedKey = 'alias/aws/secretsmanager'
