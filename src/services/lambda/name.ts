/**
 * What calls may name a function by: its name, that and a qualifier, an account in front, the full ARN.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
import { formatArn, partitionOf } from '../../lib/arn.ts'
import type { AccountId, Arn } from '../../lib/brand.ts'
import type { Shelf } from './records.ts'
import { fault, type Look } from './service.ts'

/** The version that code is put into, and that a name alone means. */
export const latest = '$LATEST'

/** What a name says. */
export interface Named {
  readonly shelf: Shelf
  readonly name: string
  /** A version or an alias. */
  readonly qualifier: string | undefined
}

const form =
  /^(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-[a-z]+)+-\d):)?(?:(\d{12}):)?(?:function:)?([\w.-]+)(?::([\w$.-]+))?$/

/** Reads a name and a qualifier that stands beside it. Throws for those that contradict each other. */
export function readName(
  { caller, region }: Pick<Look, 'caller' | 'region'>,
  text: string,
  beside?: string,
): Named {
  const [, place = region, account = caller.account, name, within] = form.exec(text) ?? []
  if (name === undefined) throw invalid(`Invalid function name: ${text}`)
  if (place !== region) {
    throw fault(
      'ResourceNotFoundException',
      `Functions from '${place}' are not reachable in this region ('${region}')`,
    )
  }
  if (within !== undefined && beside !== undefined && within !== beside) {
    throw invalid(
      'The derived qualifier from the function name does not match the specified qualifier.',
    )
  }
  return { shelf: { account: account as AccountId, region }, name, qualifier: within ?? beside }
}

const nameCharsMax = 64

/** The name of a function that is to be made: bare, and no longer than a session's name may be. */
export function readNewName(look: Pick<Look, 'caller' | 'region'>, text: string): Named {
  const named = readName(look, text)
  const { name, qualifier } = named
  if (qualifier !== undefined || name.includes('.')) throw invalid('Invalid function name.')
  if (name.length <= nameCharsMax) return named
  throw fault(
    'ValidationException',
    `1 validation error detected: Value '${name}' at 'functionName' failed to satisfy constraint: Member must have length less than or equal to ${nameCharsMax}`,
  )
}

const invalid = (words: string) => fault('InvalidParameterValueException', words)

/** The ARN of a function, or of what a qualifier means. */
export function arnOf({ account, region }: Shelf, name: string, qualifier?: string): Arn {
  const resource = `function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`
  return formatArn({ partition: partitionOf(region), service: 'lambda', region, account, resource })
}

/** The number of a published version; `undefined` for anything else. */
export const versionIn = (qualifier: string | undefined): number | undefined =>
  /^[1-9]\d{0,14}$/.test(qualifier ?? '') ? Number(qualifier) : undefined
