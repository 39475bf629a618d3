/**
 * Making a grant: what may be granted on a key, and the same wish said twice.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/grant-manage.html
 */
import { randomBytes } from 'node:crypto'
import type {
  CreateGrantRequest,
  GrantConstraints,
  GrantOperation,
  KeyUsageType,
} from '../../contract/generated/kms.ts'
import type { ContextValue } from '../../policy/context.ts'
import { accountOf, isName } from '../../policy/principal.ts'
import { isSame } from './grant.ts'
import type { GrantRecord } from './records.ts'
import { fault, type Rooms } from './service.ts'
import type { Key } from './subject.ts'

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

const grantsMax = 500

/** Writes a grant beside the others of its principal. */
export function addGrant(rooms: Rooms, { shelf, record }: Key, grant: GrantRecord, count: number) {
  if (count >= grantsMax) {
    throw fault(
      'LimitExceededException',
      `A principal can have at most ${grantsMax} grants on a key.`,
    )
  }
  rooms.keys.addGrant(shelf, grant)
  if (!record.isGranted) rooms.keys.put(shelf, { ...record, isGranted: true }, record)
}

/** The grant that is wished for. */
export function grantOf(
  { draws, caller }: Rooms,
  key: Key,
  input: CreateGrantRequest,
): GrantRecord {
  return {
    id: draws.draw('grant id', () => randomBytes(32).toString('hex')),
    keyId: key.record.id,
    name: input.Name,
    grantee: input.GranteePrincipal,
    retiree: input.RetiringPrincipal,
    issuer: caller.account,
    operations: input.Operations,
    constraints: input.Constraints,
    createdAt: draws.at,
  }
}
