/**
 * Grants: a permission on one key for one principal, beside all policies, perhaps only for certain
 * encryption contexts. They hold from the moment they are made; a grant token adds nothing here, but
 * must be a real one.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
import type {
  CreateGrantRequest,
  GrantConstraints,
  GrantOperation,
  KeyUsageType,
} from '../../contract/generated/kms.ts'
import type { ContextValue } from '../../policy/context.ts'
import { accountOf, isName } from '../../policy/principal.ts'
import type { GrantRecord } from './records.ts'
import { fault, type Look } from './service.ts'
import type { Key, Reach, Use } from './subject.ts'
import { parseGrantToken } from './token.ts'

/** Throws InvalidGrantTokenException for a token that we did not make. */
export function mustHaveFitTokens(look: Look, tokens: readonly string[] = []): void {
  for (const token of tokens) if (!parseGrantToken(look.materials, token)) throw invalidToken()
}

export const invalidToken = () => fault('InvalidGrantTokenException', 'Invalid grant token.')

/** Whether a grant on this key admits this very call. */
export async function isGranted(
  look: Look,
  key: Key,
  use: Use,
  { grant, within }: Pick<Reach, 'grant' | 'within'>,
): Promise<boolean> {
  if (!grant) return false
  const held = await grantsHeld(look, key)
  return held.some((each) => admits(each, grant, use.EncryptionContext) && (within?.(each) ?? true))
}

/** The grants on a key to this caller, as itself or as its role. */
async function grantsHeld({ keys, caller }: Look, key: Key): Promise<GrantRecord[]> {
  if (!key.record.isGranted) return []
  const names = caller.roleArn ? [caller.arn, caller.roleArn] : [caller.arn]
  const lists = await Promise.all(
    names.map((name) => keys.grantsTo(key.shelf, key.record.id, name)),
  )
  return lists.flat()
}

/** Constraints bind only the operations that take a context; AWS forbids them for the others. */
const admits = (
  { operations, constraints }: GrantRecord,
  operation: GrantOperation,
  pairs: Use['EncryptionContext'] = {},
): boolean =>
  operations.includes(operation) &&
  (!constraints || contextless.has(operation) || fits(constraints, pairs))

type Pairs = Readonly<Record<string, string>>

/** Operations that carry no encryption context and pass a constrained grant all the same. */
const contextless: ReadonlySet<GrantOperation> = new Set([
  'CreateGrant',
  'DescribeKey',
  'RetireGrant',
])

function fits(
  { EncryptionContextEquals, EncryptionContextSubset }: GrantConstraints,
  pairs: Pairs,
) {
  if (EncryptionContextEquals && !isSame(EncryptionContextEquals, pairs)) return false
  return !EncryptionContextSubset || isWithin(EncryptionContextSubset, pairs)
}

const isSame = (a: Pairs, b: Pairs): boolean =>
  Object.keys(a).length === Object.keys(b).length && isWithin(a, b)

const isWithin = (part: Pairs, whole: Pairs): boolean =>
  Object.keys(part).every((name) => Object.hasOwn(whole, name) && whole[name] === part[name])

/** Whether what a grant would give is no more than another one gives. */
export const isNarrower = (
  wish: { operations: readonly GrantOperation[]; constraints?: GrantConstraints | undefined },
  held: GrantRecord,
): boolean =>
  wish.operations.every((operation) => held.operations.includes(operation)) &&
  isTighter(wish.constraints, held.constraints)

function isTighter(wish: GrantConstraints = {}, held: GrantConstraints = {}): boolean {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = held
  if (equals && !(wish.EncryptionContextEquals && isSame(wish.EncryptionContextEquals, equals))) {
    return false
  }
  const asked = wish.EncryptionContextEquals ?? wish.EncryptionContextSubset
  return !subset || (asked !== undefined && isWithin(subset, asked))
}

/** Condition keys of a call that makes a grant. */
export function grantContext(input: CreateGrantRequest): Record<string, ContextValue> {
  const { Constraints = {}, RetiringPrincipal } = input
  return {
    'kms:GranteePrincipal': input.GranteePrincipal,
    'kms:GrantOperations': input.Operations,
    'kms:GrantConstraintType': Object.keys(Constraints),
    ...(RetiringPrincipal && { 'kms:RetiringPrincipal': RetiringPrincipal }),
  }
}

const shared: readonly GrantOperation[] = ['CreateGrant', 'RetireGrant', 'DescribeKey']

/** What may be granted on a key, by what it is for. */
const grantable: Readonly<Record<KeyUsageType, ReadonlySet<GrantOperation>>> = {
  ENCRYPT_DECRYPT: new Set([
    ...shared,
    ...(['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GetPublicKey'] as const),
    ...(['GenerateDataKey', 'GenerateDataKeyWithoutPlaintext'] as const),
    ...(['GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext'] as const),
  ]),
  SIGN_VERIFY: new Set([...shared, 'Sign', 'Verify', 'GetPublicKey']),
  GENERATE_VERIFY_MAC: new Set([...shared, 'GenerateMac', 'VerifyMac']),
  KEY_AGREEMENT: new Set([...shared, 'DeriveSharedSecret', 'GetPublicKey']),
}

/** Throws for a grant that this key can't have. */
export function mustBeGrantable({ record }: Key, input: CreateGrantRequest): void {
  const { GranteePrincipal, RetiringPrincipal, Operations, Constraints } = input
  for (const principal of [GranteePrincipal, RetiringPrincipal]) {
    if (principal !== undefined && !isPrincipal(principal)) {
      throw fault('InvalidArnException', 'Invalid ARN')
    }
  }
  const strange = Operations.find((each) => !grantable[record.usage].has(each))
  if (strange) {
    throw fault('ValidationException', `Operation ${strange} is not supported by this key.`)
  }
  if (Constraints && record.spec !== 'SYMMETRIC_DEFAULT') {
    throw fault('ValidationException', 'Grant constraints need a symmetric encryption key.')
  }
}

const isPrincipal = (text: string): boolean =>
  text.startsWith('arn:') && (isName(text) || accountOf(text) !== undefined)

/** The same wish again, by its name. */
export const sameGrant = (a: GrantRecord, b: GrantRecord): boolean =>
  a.name !== undefined &&
  a.name === b.name &&
  a.retiree === b.retiree &&
  a.operations.toSorted().join() === b.operations.toSorted().join() &&
  isSameConstraint(a.constraints, b.constraints)

function isSameConstraint(a: GrantConstraints = {}, b: GrantConstraints = {}): boolean {
  const pairs = ({ EncryptionContextEquals: equals, EncryptionContextSubset: subset }: typeof a) =>
    [equals ?? {}, subset ?? {}] as const
  const [equalsA, subsetA] = pairs(a)
  const [equalsB, subsetB] = pairs(b)
  return isSame(equalsA, equalsB) && isSame(subsetA, subsetB)
}
