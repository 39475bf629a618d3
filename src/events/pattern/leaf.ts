/** What one item of a leaf asks of a value in the event. */
import type { Json } from '../../lib/json.ts'

/** A value that a pattern can be about. */
export type Scalar = string | number | boolean | null

/** Holds for a value that is there. */
export type Test = (value: Scalar) => boolean

/** Reads an operator's operand. Throws InvalidPattern. */
export type ReadTest = (operand: Json) => Test

export const isScalar = (value: unknown): value is Scalar =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value)
