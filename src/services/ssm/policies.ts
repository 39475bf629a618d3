/**
 * Parameter policies: when a parameter expires, when to tell before it does, when to tell that nobody
 * changed it. Each becomes a duty with its instant.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html
 */

import { utf8 } from '../../lib/bytes.ts'
import { dayMs, hourMs } from '../../lib/clock.ts'
import { parseJson } from '../../lib/json.ts'
import type { Duty } from './records.ts'
import { fault } from './service.ts'

const policiesMax = 10

interface Policy {
  readonly Type: Duty['type']
  readonly Attributes: Readonly<Record<string, string>>
}

/** The duties that policies ask for, of a parameter that was changed at `changedAt`. Throws their faults. */
export function dutiesOf(text: string | undefined, changedAt: number): readonly Duty[] {
  const policies = readPolicies(text)
  const expiresAt = expiryIn(policies)
  return policies.map((policy) => ({
    at: instants[policy.Type](policy.Attributes, { changedAt, expiresAt }),
    type: policy.Type,
    content: JSON.stringify(policy),
  }))
}

/** The policies as answers show them. */
export function shownPolicies(text: string | undefined, duties: readonly Duty[]) {
  if (text === undefined) return undefined
  const pending = new Set(duties.map(({ type }) => type))
  return readPolicies(text).map((policy) => ({
    PolicyText: JSON.stringify(policy),
    PolicyType: policy.Type,
    PolicyStatus: pending.has(policy.Type) ? 'Pending' : 'Finished',
  }))
}

function readPolicies(text: string | undefined): readonly Policy[] {
  if (!text?.trim()) return []
  const list = parsed(text)
  if (!Array.isArray(list)) throw badPolicy('Policies must be a JSON array.')
  if (list.length > policiesMax) {
    throw fault('PoliciesLimitExceededException', `A parameter can have ${policiesMax} policies.`)
  }
  const policies = list.map(readPolicy)
  if (new Set(policies.map(({ Type }) => Type)).size === policies.length) return policies
  throw fault('IncompatiblePolicyException', 'Each type of policy can stand only once.')
}

function parsed(text: string): unknown {
  try {
    return parseJson(utf8(text))
  } catch {
    throw badPolicy('Policies must be a JSON array.')
  }
}

const badPolicy = (why: string) => fault('InvalidPolicyAttributeException', why)

function readPolicy(each: unknown): Policy {
  const { Type, Version, Attributes } = (each ?? {}) as Record<string, unknown>
  if (typeof Type !== 'string' || !Object.hasOwn(instants, Type)) {
    throw fault('InvalidPolicyTypeException', 'The policy type is not supported.')
  }
  if (Version !== '1.0' || typeof Attributes !== 'object' || Attributes === null) {
    throw badPolicy(`A policy of type ${Type} needs Version 1.0 and Attributes.`)
  }
  return { Type, Version, Attributes } as unknown as Policy
}

function expiryIn(policies: readonly Policy[]): number | undefined {
  const expiration = policies.find(({ Type }) => Type === 'Expiration')
  return expiration && timestampIn(expiration.Attributes)
}

interface Known {
  readonly changedAt: number
  readonly expiresAt: number | undefined
}

const instants: Readonly<
  Record<Duty['type'], (attributes: Policy['Attributes'], known: Known) => number>
> = {
  Expiration: (attributes) => timestampIn(attributes),
  ExpirationNotification(attributes, { expiresAt }) {
    if (expiresAt !== undefined) return expiresAt - spanIn(attributes, 'Before')
    throw fault(
      'IncompatiblePolicyException',
      'ExpirationNotification needs an Expiration policy beside it.',
    )
  },
  NoChangeNotification: (attributes, { changedAt }) => changedAt + spanIn(attributes, 'After'),
}

function timestampIn({ Timestamp = '' }: Policy['Attributes']): number {
  const isForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(Timestamp)
  const at = isForm ? Date.parse(Timestamp) : Number.NaN
  if (Number.isNaN(at) || at < 0) throw badPolicy('Timestamp must be in ISO 8601 form.')
  return at
}

const units: ReadonlyMap<unknown, number> = new Map([
  ['Days', dayMs],
  ['Hours', hourMs],
])
const spanMax = 1_000_000

function spanIn(attributes: Policy['Attributes'], name: 'Before' | 'After'): number {
  const count = Number(attributes[name])
  const unit = units.get(attributes.Unit)
  if (unit !== undefined && Number.isInteger(count) && count > 0 && count <= spanMax) {
    return count * unit
  }
  throw badPolicy(`${name} must be a whole number, and Unit Days or Hours.`)
}
