/**
 * Names of secrets and the ids by which callers mean one: the name, the full ARN, or the ARN without
 * its six random characters.
 *
 * An ARN whose name itself ends in a hyphen and six characters is read as a full one: AWS does not
 * find such a secret by a partial ARN either.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
import { isAccountId, parseArn, partitionOf } from '../../lib/arn.ts'
import { namedResource } from './arn.ts'
import type { Shelf } from './records.ts'
import { fault } from './service.ts'

export { arnOf } from './arn.ts'

const nameForm = /^[\w/+=.@!-]+$/
const suffixForm = /^(.+)-([A-Za-z0-9]{6})$/

/** What a caller's id means: where, which name, and which of all the secrets that ever had it. */
export interface Meaning {
  readonly shelf: Shelf
  readonly name: string
  readonly suffix?: string | undefined
}

/** Throws ValidationException unless the text may be a secret's name. */
export function mustBeName(name: string): void {
  if (nameForm.test(name)) return
  throw fault(
    'ValidationException',
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  )
}

/** Reads a SecretId. An ARN of another region is nobody here, which is told as absence. */
export function parseId(here: Shelf, id: string): Meaning {
  const arn = parseArn(id)
  const isOurs = arn?.service === 'secretsmanager' && arn.resource.startsWith(namedResource)
  if (!arn || !isOurs || !isAccountId(arn.account) || arn.partition !== partitionOf(arn.region)) {
    mustBeName(id)
    return { shelf: here, name: id }
  }
  const rest = arn.resource.slice(namedResource.length)
  mustBeName(rest)
  const shelf = { account: arn.account, region: arn.region }
  const [, name = rest, suffix] = suffixForm.exec(rest) ?? []
  return { shelf, name, suffix }
}

/** The end of the ARN under which an absent secret is decided on: `NAME-*` and `NAME-??????` match it. */
export const absentSuffix = '000000'
