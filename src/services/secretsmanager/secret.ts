/** A secret as operations see it, and the rules that several of them share. */
import type { AccountId, Arn } from '../../lib/brand.ts'
import type { Fault } from '../../lib/fault.ts'
import { once } from '../../lib/once.ts'
import { type CompiledPolicy, compilePolicy } from '../../policy/compile.ts'
import { readPolicy } from '../../policy/document.ts'
import { Absent, type Subject } from '../operation.ts'
import { type Asked, type Context, nothingAsked, requestContext, secretContext } from './context.ts'
import { findKeyArn, ownKeyOf } from './kms.ts'
import { absentSuffix, arnOf, parseId } from './name.ts'
import type { SecretRecord, Shelf } from './records.ts'
import { fault, type Look } from './service.ts'

export const secretType = 'AWS::SecretsManager::Secret'

/** A secret that exists, found for this call. */
export interface Secret extends Subject {
  readonly arn: Arn
  readonly shelf: Shelf
  readonly record: SecretRecord
  /** What the request carries for conditions. */
  readonly asked: Context
}

/** A secret that is not there; conditions on the request hold for it all the same. */
export class AbsentSecret extends Absent {
  readonly name: string

  constructor(
    subject: { arn: Arn; account: AccountId; shown: string; name: string; context: Context },
    absence: Fault,
  ) {
    super(subject, absence)
    this.name = subject.name
  }
}

/** The caller's own shelf. */
export const hereOf = ({ caller, region }: Pick<Look, 'caller' | 'region'>): Shelf => ({
  account: caller.account,
  region,
})

/**
 * The secret that a request means, or its absence. Other accounts' secrets are met by ARN only.
 *
 * @param late what else conditions see of it, if a policy asks
 */
export function findSecret(
  look: Look,
  input: Asked & { readonly SecretId: string },
  late?: (record: SecretRecord) => Context,
): Secret | AbsentSecret {
  const { SecretId: shown } = input
  const { shelf, name, suffix } = parseId(hereOf(look), shown)
  const asked = input.KmsKeyId ? askedOf(look, input, shelf) : requestContext(input)
  const record = shelf.region === look.region ? look.secrets.find(shelf, name) : undefined
  if (record && (suffix === undefined || record.suffix === suffix)) {
    return secretOf(shelf, record, shown, asked, late && (() => late(record)))
  }
  const arn = arnOf(shelf, name, suffix ?? absentSuffix)
  const context = { ...asked, 'secretsmanager:SecretId': arn }
  return new AbsentSecret({ arn, account: shelf.account, shown, name, context }, notFound())
}

/** What a request carries, with the key that it means by any name. */
export function askedOf(look: Look, input: Asked, shelf: Shelf): Context {
  const kmsKeyId = ownKeyOf(input.KmsKeyId)
  const arn = kmsKeyId && findKeyArn(look, kmsKeyId, shelf)
  const asked = requestContext(input)
  return arn ? { ...asked, 'secretsmanager:KmsKeyArn': arn } : asked
}

const notFound = () =>
  fault('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")

/** @param shown how the caller named it */
export function secretOf(
  shelf: Shelf,
  record: SecretRecord,
  shown: string,
  asked: Context = nothingAsked,
  lateContext?: () => Context,
): Secret {
  const { arn, context: own, policy } = derivedFrom(record, shelf)
  const context = asked === nothingAsked ? own : { ...asked, ...own }
  const { account } = shelf
  return {
    arn,
    shelf,
    record,
    shown,
    asked,
    policy,
    context,
    lateContext,
    account,
    type: secretType,
  }
}

/** What follows from a record, which stands on one shelf as long as it lives. */
const derivedFrom = once((record: SecretRecord, shelf: Shelf) => {
  const arn = arnOf(shelf, record.name, record.suffix)
  return { arn, context: secretContext(arn, shelf, record), policy: policyOf(record) }
})

/** Whether a subject is a secret, where an operation may also do without one. */
export const isSecret = (subject: Subject): subject is Secret => 'record' in subject

/** The same secret as it would be with another record. */
export const secretWith = ({ shelf, shown = '', asked }: Secret, record: SecretRecord): Secret =>
  secretOf(shelf, record, shown, asked)

function policyOf({ name, policy }: SecretRecord): CompiledPolicy | undefined {
  if (policy === undefined) return undefined
  return compilePolicy(readPolicy(policy, 'resource'), { kind: 'resource', name })
}

/** A secret that was deleted keeps its values and does not give or change them. */
export function mustBeLive({ record }: Secret): void {
  if (record.deletedAt === undefined) return
  throw fault(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  )
}

/** A replica follows its primary and nobody else. */
export function mustBePrimary({ record }: Secret): void {
  if (record.primaryRegion === undefined) return
  throw fault(
    'InvalidParameterException',
    "Operation not permitted on a replica secret. Call must be made in primary secret's region.",
  )
}

/** What every change asks of a secret. */
export function mustBeChangeable(secret: Secret): void {
  mustBePrimary(secret)
  mustBeLive(secret)
}

/**
 * SDKs make a token up; on the bare wire it must be there.
 *
 * @param code RotateSecret alone calls its absence by another name
 */
export function mustHaveToken(
  token: string | undefined,
  code: 'InvalidRequestException' | 'InvalidParameterException' = 'InvalidRequestException',
): string {
  const words = 'You must provide a ClientRequestToken value. We recommend a UUID-type value.'
  if (token === undefined) throw fault(code, words)
  if (/\p{Cc}/u.test(token)) throw fault('InvalidParameterException', 'Invalid ClientRequestToken.')
  return token
}
