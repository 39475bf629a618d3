/**
 * Grants: a permission on one key for one principal, beside all policies, perhaps only for certain
 * encryption contexts. They hold from the moment they are made; a grant token adds nothing here, but
 * must be a real one.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */

import type { GrantConstraints, GrantOperation } from '../../contract/generated/kms.ts'
import { eachOf } from '../operation.ts'
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
export function isGranted(
  look: Look,
  key: Key,
  use: Omit<Use, 'KeyId'>,
  { grant, within }: Pick<Reach, 'grant' | 'within'>,
): boolean {
  if (!grant) return false
  const held = grantsHeld(look, key)
  return held.some((each) => admits(each, grant, use.EncryptionContext) && (within?.(each) ?? true))
}

/** The grants on a key to this caller, as itself or as its role. */
function grantsHeld({ keys, caller }: Look, key: Key): GrantRecord[] {
  const names = caller.roleArn ? [caller.arn, caller.roleArn] : [caller.arn]
  const lists = eachOf(names, (name) => keys.grantsTo(key.shelf, key.record.id, name))
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

/** Equal pairs, in whatever order. */
export const isSame = (a: Pairs, b: Pairs): boolean =>
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
