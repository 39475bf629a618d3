/**
 * What a policy must keep to when it is handed in, beyond its shape: size, characters, the form of
 * actions, resources and principals, operators that exist with values they can compare. The words
 * are AWS's where it has some; none repeats the text.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
import { parseArn } from '../lib/arn.ts'
import { cutFields, isWhole } from './arn-pattern.ts'
import { parseOperator } from './conditions/condition.ts'
import { PolicyError } from './error.ts'
import { accountOf, isName } from './principal.ts'
import type {
  Condition,
  PolicyDocument,
  PolicyKind,
  PrincipalEntry,
  Statement,
} from './statement.ts'
import { parseTemplate } from './variable.ts'

/** White space is not counted, as IAM does. A role's inline policy is the largest of its kind. */
const charsMax: Readonly<Record<PolicyKind, number>> = {
  identity: 10_240,
  boundary: 6_144,
  session: 2_048,
  trust: 4_096,
  resource: 20_480,
  key: 32_768,
  endpoint: 20_480,
}

/** Throws PolicyError for the first rule that the document or its text breaks. */
export function mustBeGrammatical(document: PolicyDocument, text: string): void {
  mustFit(text, document.kind)
  mustBeLatin(document)
  mustHaveUniqueSids(document)
  for (const [at, statement] of document.statements.entries()) {
    const broken = brokenRule(statement, document)
    if (broken) throw new PolicyError(broken.reason, broken.words, at)
  }
}

function mustFit(text: string, kind: PolicyKind): void {
  let count = 0
  for (let at = 0; at < text.length; at++) if (!spaces.has(text.charCodeAt(at))) count++
  if (count > charsMax[kind]) throw new PolicyError('size', 'The policy is too large.')
}

const spaces = new Set([0x09, 0x0a, 0x0d, 0x20])

/** Tab, line ends, and U+0020 to U+00FF: AWS's own set, judged behind the JSON escapes. */
function mustBeLatin(document: PolicyDocument): void {
  if (!isLatin(document.id ?? '')) {
    throw new PolicyError('charset', 'The policy holds characters that are not allowed.')
  }
  for (const [at, statement] of document.statements.entries()) {
    if (!textsOf(statement).every(isLatin)) {
      throw new PolicyError('charset', 'The policy holds characters that are not allowed.', at)
    }
  }
}

function textsOf({ sid = '', actions, resources, principals, conditions }: Statement): string[] {
  return [
    sid,
    ...actions.values,
    ...(resources?.values ?? []),
    ...(principals?.entries.map((entry) => entry.value) ?? []),
    ...conditions.flatMap(({ operator, key, values }) => [operator, key, ...values]),
  ]
}

function isLatin(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0xff || (code < 0x20 && !spaces.has(code))) return false
  }
  return true
}

function mustHaveUniqueSids({ statements }: PolicyDocument): void {
  const seen = new Set<string>()
  for (const [at, { sid }] of statements.entries()) {
    if (sid !== undefined && seen.has(sid)) {
      throw new PolicyError('sid', 'Statement IDs (SID) in a single policy must be unique.', at)
    }
    if (sid !== undefined) seen.add(sid)
  }
}

type Broken = Pick<PolicyError, 'reason'> & { readonly words: string }
type Rule = (statement: Statement, document: PolicyDocument) => Broken | undefined

function brokenRule(statement: Statement, document: PolicyDocument): Broken | undefined {
  for (const rule of rules) {
    const broken = rule(statement, document)
    if (broken) return broken
  }
  return undefined
}

const sidForm = /^[A-Za-z0-9]*$/
/** KMS and Secrets Manager take any words as a Sid ("Enable IAM User Permissions"). */
const plainSids: ReadonlySet<PolicyKind> = new Set(['identity', 'boundary', 'session', 'trust'])

const checkSid: Rule = ({ sid }, { kind }) =>
  sid === undefined || !plainSids.has(kind) || sidForm.test(sid)
    ? undefined
    : {
        reason: 'sid',
        words: `Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*`,
      }

const vendorForm = /^[A-Za-z0-9-]+$/

const checkActions: Rule = ({ actions }) => {
  for (const action of actions.values) {
    if (action === '*') continue
    const [vendor = '', name, ...more] = action.split(':', 3)
    if (more.length > 0) {
      return { reason: 'action', words: 'Actions/Condition can contain only one colon.' }
    }
    if (!name || !vendorForm.test(vendor)) {
      const words = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
      return { reason: 'action', words }
    }
  }
  return undefined
}

const completed: ReadonlySet<PolicyKind> = new Set(['identity', 'boundary', 'session'])

const checkResources: Rule = ({ resources }, { kind, version }) => {
  const variables = version === '2012-10-17'
  const known = (resource: string): boolean => {
    if (resource === '*') return true
    const fields = cutFields(parseTemplate(resource, { variables, wildcards: true }))
    return resource.startsWith('arn:') && (completed.has(kind) || isWhole(fields))
  }
  return (resources?.values ?? []).every(known)
    ? undefined
    : { reason: 'resource', words: 'Resource must be in ARN format or "*".' }
}

const checkPrincipals: Rule = ({ principals, effect }) => {
  if (!principals) return undefined
  if (principals.negated && effect === 'Allow') {
    // Everybody else, strangers and the anonymous included: never what its author meant.
    return { reason: 'principal', words: 'Allow with NotPrincipal is not supported.' }
  }
  return principals.entries.every(isKnownPrincipal)
    ? undefined
    : { reason: 'principal', words: 'Invalid principal in policy' }
}

const serviceForm = /^[a-z0-9][a-z0-9.-]*\.amazonaws\.com(?:\.cn)?$/

function isKnownPrincipal({ type, value }: PrincipalEntry): boolean {
  if (value === '*') return true
  if (type === 'AWS') return accountOf(value) !== undefined || isName(value)
  if (value.includes('*') || value.includes('?')) return false
  if (type === 'Service') return serviceForm.test(value)
  return value.startsWith('arn:') ? parseArn(value)?.service === 'iam' : value.includes('.')
}

const checkConditions: Rule = ({ conditions }, { version }) => {
  for (const condition of conditions) {
    const words = brokenCondition(condition, version === '2012-10-17')
    if (words) return { reason: 'condition', words }
  }
  return undefined
}

function brokenCondition(
  { operator, key, values }: Condition,
  variables: boolean,
): string | undefined {
  const parsed = parseOperator(operator)
  if (!parsed) return 'Invalid Condition type.'
  if (!/^[^:]+:./.test(key)) {
    return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
  }
  const readable = values.every((value) => parsed.operator.compile(value, variables))
  return readable ? undefined : 'A condition holds a value that its operator cannot compare.'
}

const rules: readonly Rule[] = [
  checkSid,
  checkActions,
  checkResources,
  checkPrincipals,
  checkConditions,
]
