/**
 * The rules that a shape sets for one value, and how AWS says each of them.
 *
 * Lengths of strings count Unicode code points: Smithy defines them so, and a limit must not depend
 * on how a language stores text.
 *
 * https://smithy.io/2.0/spec/constraint-traits.html#length-trait
 */
import type { Plan, ScalarPlan, StringPlan } from './plan.ts'

/** The rules that a scalar breaks, none for nearly every value that comes. */
export function brokenRules(plan: ScalarPlan, value: unknown): readonly string[] {
  switch (plan.type) {
    case 'string':
      return brokenByText(plan, value as string)
    case 'blob':
      return brokenByLength(plan, (value as Uint8Array).length)
    case 'boolean':
    case 'timestamp':
      return none
    default:
      return brokenByNumber(plan, value as number)
  }
}

/** The rules that the length of a blob, a list or a map breaks. */
export function brokenByLength(
  { min = 0, max = endless }: Plan,
  length: number,
): readonly string[] {
  if (length < min) return [leastLength(min)]
  return length > max ? [mostLength(max)] : none
}

/** Every rule of a scalar: AWS tells all of them when a member of a list breaks one. */
export function allRules(plan: ScalarPlan): readonly string[] {
  const { min, max, type } = plan
  const isSized = type === 'string' || type === 'blob'
  return [
    max === undefined ? undefined : isSized ? mostLength(max) : mostValue(max),
    min === undefined ? undefined : isSized ? leastLength(min) : leastValue(min),
    type === 'string' && plan.pattern !== undefined ? patternRule(plan.pattern) : undefined,
    type === 'string' && plan.values ? enumRule(plan.values) : undefined,
  ].filter((rule) => rule !== undefined)
}

const none: readonly string[] = []
const endless = Number.POSITIVE_INFINITY

function brokenByNumber({ min = -endless, max = endless }: Plan, value: number): readonly string[] {
  if (value < min) return [leastValue(min)]
  return value > max ? [mostValue(max)] : none
}

/** A pattern is tried only on a text that is not too long, which bounds what matching may cost. */
function brokenByText(plan: StringPlan, text: string): readonly string[] {
  const { min = 0, max = endless, pattern, values } = plan
  const isLong = text.length > max && codePoints(text) > max
  const isShort = text.length < min || (text.length < 2 * min && codePoints(text) < min)
  const isUnlike = pattern !== undefined && !isLong && !plan.matches(text)
  const isUnknown = values !== undefined && !values.includes(text)
  if (!isLong && !isShort && !isUnlike && !isUnknown) return none
  return [
    isUnlike ? patternRule(pattern) : undefined,
    isShort ? leastLength(min) : undefined,
    isLong ? mostLength(max) : undefined,
    isUnknown ? enumRule(values) : undefined,
  ].filter((rule) => rule !== undefined)
}

/** Texts are well-formed here: each high surrogate has its low one. */
function codePoints(text: string): number {
  let count = text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit >= 0xd800 && unit < 0xdc00) count--
  }
  return count
}

const leastLength = (min: number) => `Member must have length greater than or equal to ${min}`
const mostLength = (max: number) => `Member must have length less than or equal to ${max}`
const leastValue = (min: number) => `Member must have value greater than or equal to ${min}`
const mostValue = (max: number) => `Member must have value less than or equal to ${max}`
const patternRule = (pattern: string) =>
  `Member must satisfy regular expression pattern: ${pattern}`
const enumRule = (values: readonly string[]) =>
  `Member must satisfy enum value set: [${values.join(', ')}]`
