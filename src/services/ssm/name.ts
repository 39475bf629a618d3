/**
 * Names of parameters: plain (`x`), or paths of up to fifteen levels (`/a/b/x`), and the selectors
 * behind them (`:3`, `:label`). A name may be given as an ARN.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-su-create.html
 */
import { isAccountId, parseArn } from '../../lib/arn.ts'
import { arnOf, resourcePrefix } from './arn.ts'
import type { Shelf } from './records.ts'
import { fault } from './service.ts'

export { arnOf } from './arn.ts'

const nameForm = /^[\w./-]+$/
const levelsMax = 15
/** What a whole ARN may have when a parameter is made. */
const arnCharsMax = 1011

/** What a caller's name means: where, which parameter, and which version of it. */
export interface Meaning {
  readonly shelf: Shelf
  readonly name: string
  /** With its colon, as answers show it. */
  readonly selector?: string | undefined
}

/** Reads a name, or an ARN, with or without a selector. */
export function parseName(here: Shelf, text: string): Meaning {
  const arn = parseArn(text)
  if (arn?.service !== 'ssm' || !isAccountId(arn.account)) return { shelf: here, ...split(text) }
  const path = arn.resource.startsWith(`${resourcePrefix}/`)
    ? arn.resource.slice(resourcePrefix.length)
    : arn.resource
  return { shelf: { account: arn.account, region: arn.region }, ...split(path) }
}

function split(text: string): Pick<Meaning, 'name' | 'selector'> {
  const colon = text.indexOf(':')
  const name = colon < 0 ? text : text.slice(0, colon)
  if (!nameForm.test(name)) throw badName()
  return colon < 0 ? { name } : { name, selector: text.slice(colon) }
}

const badName = () =>
  fault(
    'ValidationException',
    'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
  )

/** Throws unless a new parameter may have this name. */
export function mustBeName(shelf: Shelf, name: string): void {
  const isPath = name.includes('/')
  const [first = ''] = name.replace(/^\//, '').toLowerCase().split('/')
  if (isPath && first === 'aws') {
    throw fault('AccessDeniedException', `No access to reserved parameter name: ${name}.`)
  }
  if (!isPath && /^(?:aws|ssm)/.test(first)) {
    throw fault(
      'ValidationException',
      'Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    )
  }
  if (!nameForm.test(name) || first.startsWith('ssm')) throw badName()
  if (isPath) mustBePath(name)
  if (arnOf(shelf, name).length <= arnCharsMax) return
  throw fault(
    'ValidationException',
    `The parameter's ARN must have length less than or equal to ${arnCharsMax}.`,
  )
}

function mustBePath(name: string): void {
  if (!name.startsWith('/')) {
    throw fault('ValidationException', 'Parameter name must be a fully qualified name.')
  }
  const levels = name.slice(1).split('/')
  if (levels.includes('')) {
    throw fault('ValidationException', 'Parameter name must not have an empty level.')
  }
  if (levels.length <= levelsMax) return
  throw fault(
    'HierarchyLevelLimitExceededException',
    `A hierarchy can have at most ${levelsMax} levels.`,
  )
}

/** A path as lists take it, with the slash that ends it. */
export function mustBeListPath(path: string): string {
  const isPath = path.startsWith('/') && nameForm.test(path) && !path.includes('//')
  if (isPath) return path.endsWith('/') ? path : `${path}/`
  throw fault(
    'ValidationException',
    'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
  )
}
