/** Events as patterns see them: keys with dots taken apart, arrays looked through. */
import type { JsonObject } from '../../lib/json.ts'
import { isScalar, type Scalar } from './leaf.ts'

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The event with keys inside each other where it had dots. */
export function nested(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(nested)
  if (!isObject(value)) return value
  const tree: Record<string, unknown> = Object.create(null)
  for (const [name, inner] of Object.entries(value)) {
    const keys = name.split('.')
    const last = keys.pop() ?? ''
    let place = tree
    for (const key of keys) place = below(place, key)
    place[last] = joined(place[last], nested(inner))
  }
  return tree
}

function below(place: Record<string, unknown>, key: string): Record<string, unknown> {
  const there = place[key]
  if (isObject(there)) return there
  const made: Record<string, unknown> = Object.create(null)
  place[key] = there === undefined ? made : [there, made].flat()
  return made
}

/** One path that an event has twice holds both. */
function joined(before: unknown, added: unknown): unknown {
  if (before === undefined) return added
  return isObject(before) && isObject(added) ? { ...before, ...added } : [before, added].flat()
}

/** The values at a place: one, or those of an array, of arrays within it, too. */
export function leavesAt(value: unknown): Scalar[] {
  if (Array.isArray(value)) return value.flatMap(leavesAt)
  return isScalar(value) ? [value] : []
}

/** Whether there is any value at a path, through whichever elements of arrays. */
export function hasLeaf(value: unknown, path: readonly string[]): boolean {
  if (Array.isArray(value)) return value.some((element) => hasLeaf(element, path))
  const [key, ...rest] = path
  if (key === undefined) return isScalar(value)
  return isObject(value) && Object.hasOwn(value, key) && hasLeaf(value[key], rest)
}
