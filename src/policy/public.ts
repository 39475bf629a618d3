/**
 * Whether a resource policy grants to the whole world. Judged statement by statement, Allow alone: a
 * Deny elsewhere in the policy is not subtracted, because a judgement that tries to and errs would
 * call a public secret private. A statement for everybody is narrow only if one of its conditions pins
 * it to fixed values of a key that the caller cannot choose.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html
 */
import { isAccountId } from '../lib/arn.ts'
import { cutText } from './arn-pattern.ts'
import { parseRange, type Range } from './conditions/ip.ts'
import { foldAscii } from './fold.ts'
import type { Condition, PolicyDocument, Statement } from './statement.ts'

/** True if any statement is for everybody. */
export const isPublic = (document: PolicyDocument): boolean => publicStatements(document).length > 0

/** The numbers of the statements that are for everybody. */
export function publicStatements({ statements }: PolicyDocument): number[] {
  return statements.flatMap((statement, at) => (isBroad(statement) ? [at] : []))
}

function isBroad({ effect, principals, conditions }: Statement): boolean {
  if (effect === 'Deny' || !principals) return false
  const everybody = principals.negated || principals.entries.some(({ value }) => /[*?]/.test(value))
  return everybody && !conditions.some(isPinning)
}

/** Whether the values of a condition are fixed. */
type Judge = (condition: Condition) => boolean

const everyValue =
  (fixed: (value: string, condition: Condition) => boolean): Judge =>
  (condition) =>
    condition.values.every((value) => fixed(value, condition))

const isPlain = (value: string): boolean => !/[*?]|\$\{/.test(value)
const plain = everyValue(isPlain)
const pinnedArn = everyValue(
  (value, { operator }) => isPlain(value) || pinsAccount(value, operator),
)
const pinnedPath = everyValue((value) => isPlain(value.slice(0, value.indexOf('/') + 1) || value))

/** Keys that callers cannot set themselves. Header-like ones (Referer, UserAgent) are not among them. */
const narrowingKeys: readonly (readonly [key: string, isFixed: Judge])[] = [
  ['aws:PrincipalArn', pinnedArn],
  ['aws:SourceArn', pinnedArn],
  ['aws:SourceVpcArn', pinnedArn],
  ['aws:PrincipalAccount', plain],
  ['aws:PrincipalOrgID', plain],
  ['aws:PrincipalOrgPaths', pinnedPath],
  ['aws:SourceAccount', plain],
  ['aws:SourceOrgID', plain],
  ['aws:SourceOrgPaths', pinnedPath],
  ['aws:SourceOwner', plain],
  ['aws:SourceVpc', plain],
  ['aws:SourceVpce', plain],
  ['aws:VpceAccount', plain],
  ['aws:VpceOrgID', plain],
  ['aws:userid', plain],
  ['kms:CallerAccount', plain],
  ['aws:SourceIp', areNarrow],
  ['aws:VpcSourceIp', areNarrow],
]
const narrowing: ReadonlyMap<string, Judge> = new Map(
  narrowingKeys.map(([key, isFixed]) => [foldAscii(key), isFixed]),
)

const pinningOperators = new Set([
  ...['StringEquals', 'StringEqualsIgnoreCase', 'StringLike'],
  ...['ArnEquals', 'ArnLike', 'IpAddress'],
])

function isPinning(condition: Condition): boolean {
  const bare = condition.operator.replace(/^ForAnyValue:/, '')
  // Negated operators, IfExists and ForAllValues are true for a caller without the key.
  if (!pinningOperators.has(bare)) return false
  return narrowing.get(foldAscii(condition.key))?.(condition) ?? false
}

/** A wildcard may stand behind a fixed account; to a string operator it may not stand before either. */
function pinsAccount(value: string, operator: string): boolean {
  const fields = cutText(value)
  if (!fields || !isAccountId(fields[4] ?? '') || value.includes('${')) return false
  return operator.includes('Arn') || isPlain(fields.slice(0, 4).join(':'))
}

/** S3's measure for one range; together no more than a sixteenth of all, or halves would add up. */
const rangesMax: Readonly<Record<Range['bits'], { prefix: number; log2: bigint }>> = {
  32: { prefix: 8, log2: 28n },
  128: { prefix: 32, log2: 124n },
}

function areNarrow({ operator, values }: Condition): boolean {
  if (!operator.endsWith('IpAddress')) return false
  const ranges = values.map(parseRange)
  return ranges.every((range) => {
    if (!range) return false
    const { prefix, log2 } = rangesMax[range.bits]
    return range.prefix >= prefix && sizeOf(ranges, range.bits) <= 1n << log2
  })
}

function sizeOf(ranges: readonly (Range | undefined)[], bits: Range['bits']): bigint {
  return ranges.reduce((sum, range) => {
    return range?.bits === bits ? sum + (1n << BigInt(bits - range.prefix)) : sum
  }, 0n)
}
