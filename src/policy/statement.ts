/**
 * One statement of a policy, read and checked: every element known, in the right shape, at a place
 * where this kind of policy has it. AWS ignores nothing in a policy, and neither do we: a misspelt
 * `Condition` must not silently widen it.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 */
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts'
import { PolicyError, type PolicyReason } from './error.ts'

export type PolicyKind =
  | 'identity'
  | 'resource'
  | 'key'
  | 'trust'
  | 'boundary'
  | 'session'
  | 'endpoint'
export type Effect = 'Allow' | 'Deny'

export interface Element {
  /** The `Not…` form. */
  readonly negated: boolean
  readonly values: readonly string[]
}

export interface PrincipalEntry {
  readonly type: 'AWS' | 'Service' | 'Federated'
  readonly value: string
}

/** `"*"` stands here as the AWS entry `*`, which means the same. */
export interface PrincipalElement {
  readonly negated: boolean
  readonly entries: readonly PrincipalEntry[]
}

export interface Condition {
  readonly operator: string
  readonly key: string
  readonly values: readonly string[]
}

export type PolicyVersion = '2008-10-17' | '2012-10-17'

export interface PolicyDocument {
  readonly kind: PolicyKind
  readonly version: PolicyVersion
  readonly id: string | undefined
  readonly statements: readonly Statement[]
}

export interface Statement {
  readonly sid: string | undefined
  readonly effect: Effect
  readonly principals: PrincipalElement | undefined
  readonly actions: Element
  /** Absent in a trust policy, whose resource is its role. */
  readonly resources: Element | undefined
  readonly conditions: readonly Condition[]
}

/** Whom a statement is about, and on what, follows from where the policy is attached. */
const elementsOf: Readonly<Record<PolicyKind, { principal: boolean; resource: boolean }>> = {
  identity: { principal: false, resource: true },
  boundary: { principal: false, resource: true },
  session: { principal: false, resource: true },
  resource: { principal: true, resource: true },
  key: { principal: true, resource: true },
  endpoint: { principal: true, resource: true },
  trust: { principal: true, resource: false },
}

const statementKeys = new Set([
  ...['Sid', 'Effect', 'Principal', 'NotPrincipal', 'Action', 'NotAction'],
  ...['Resource', 'NotResource', 'Condition'],
])

export const syntaxWords = 'Syntax errors in policy.'

/** Reads a statement. Throws PolicyError. */
export function readStatement(value: Json, kind: PolicyKind): Statement {
  const statement = elementsIn(value, statementKeys)
  const { Effect: effect } = statement
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicyError('effect', syntaxWords)
  const actions = readElement(statement, 'Action', 'action')
  if (!actions) throw new PolicyError('action', 'Policy statement must contain actions.')
  return {
    sid: optionalText(statement.Sid, 'sid') || undefined,
    effect,
    principals: readPrincipals(statement, kind),
    actions,
    resources: readResources(statement, kind),
    conditions: readConditions(statement.Condition),
  }
}

function readElement(
  statement: JsonObject,
  name: 'Action' | 'Resource',
  reason: PolicyReason,
): Element | undefined {
  const negated = statement[`Not${name}`]
  const value = statement[name] === undefined ? negated : statement[name]
  if (value === undefined) return undefined
  if (statement[name] !== undefined && negated !== undefined)
    throw new PolicyError(reason, syntaxWords)
  return { negated: negated !== undefined, values: textsOf(value, reason) }
}

function textsOf(value: Json | undefined, reason: PolicyReason): string[] {
  const texts = listOf(value).map((text) => {
    if (typeof text !== 'string') throw new PolicyError(reason, syntaxWords)
    return text
  })
  if (texts.length === 0) throw new PolicyError(reason, syntaxWords)
  return texts
}

function readResources(statement: JsonObject, kind: PolicyKind): Element | undefined {
  const resources = readElement(statement, 'Resource', 'resource')
  const { resource: expected } = elementsOf[kind]
  if (resources && !expected) throw new PolicyError('resource', 'Has prohibited field Resource')
  if (!resources && expected) {
    throw new PolicyError('resource', 'Policy statement must contain resources.')
  }
  return resources
}

function readPrincipals(statement: JsonObject, kind: PolicyKind): PrincipalElement | undefined {
  const { Principal: plain, NotPrincipal: negated } = statement
  const value = plain === undefined ? negated : plain
  const { principal: expected } = elementsOf[kind]
  if (value !== undefined && !expected) {
    throw new PolicyError('principal', 'Policy document should not specify a principal.')
  }
  if (value === undefined && expected)
    throw new PolicyError('principal', 'Missing required field Principal')
  if (value === undefined) return undefined
  if (plain !== undefined && negated !== undefined) throw new PolicyError('principal', syntaxWords)
  return { negated: negated !== undefined, entries: readEntries(value) }
}

const principalTypes = ['AWS', 'Service', 'Federated'] as const
const principalKeys: ReadonlySet<string> = new Set(principalTypes)

function readEntries(value: Json): PrincipalEntry[] {
  if (value === '*') return [{ type: 'AWS', value }]
  if (!isJsonObject(value) || !Object.keys(value).every((key) => principalKeys.has(key))) {
    throw new PolicyError('principal', 'Invalid principal in policy')
  }
  const entries = principalTypes.flatMap((type) =>
    value[type] === undefined
      ? []
      : textsOf(value[type], 'principal').map((text): PrincipalEntry => ({ type, value: text })),
  )
  if (entries.length === 0) throw new PolicyError('principal', 'Invalid principal in policy')
  return entries
}

function readConditions(value: Json | undefined): Condition[] {
  if (value === undefined) return []
  return Object.entries(objectOf(value, 'condition')).flatMap(([operator, block]) => {
    const keys = Object.entries(objectOf(block, 'condition'))
    if (keys.length === 0) throw new PolicyError('condition', syntaxWords)
    return keys.map(([key, values]) => ({ operator, key, values: scalarsOf(values) }))
  })
}

/** Numbers and truth values are their text: `30` is `"30"`. A number that lost digits is refused. */
function scalarsOf(value: Json): string[] {
  const texts = listOf(value).map((scalar) => {
    if (typeof scalar === 'string' || typeof scalar === 'boolean') return String(scalar)
    const exact = typeof scalar === 'number' && Math.abs(scalar) <= Number.MAX_SAFE_INTEGER
    if (!exact) throw new PolicyError('condition', syntaxWords)
    return String(scalar)
  })
  if (texts.length === 0) throw new PolicyError('condition', syntaxWords)
  return texts
}

/** The object, if it has no element that we do not know. */
export function elementsIn(value: Json, known: ReadonlySet<string>): JsonObject {
  const object = objectOf(value, 'shape')
  if (Object.keys(object).every((key) => known.has(key))) return object
  throw new PolicyError('shape', syntaxWords)
}

function objectOf(value: Json, reason: PolicyReason): JsonObject {
  if (isJsonObject(value)) return value
  throw new PolicyError(reason, syntaxWords)
}

export const listOf = (value: Json | undefined): Json[] => {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}

export function optionalText(value: Json | undefined, reason: PolicyReason): string | undefined {
  if (value !== undefined && typeof value !== 'string') throw new PolicyError(reason, syntaxWords)
  return value
}
