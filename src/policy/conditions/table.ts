/** Every condition operator there is. A row is added here and nowhere else. */
import { arnOperators } from './arn.ts'
import { binaryOperators } from './binary.ts'
import { boolOperators } from './bool.ts'
import { dateOperators } from './date.ts'
import { ipOperators } from './ip.ts'
import { nullOperators } from './null.ts'
import { numericOperators } from './numeric.ts'
import type { Operator } from './operator.ts'
import { stringOperators } from './string.ts'

/** By AWS's name, without set qualifier and `IfExists`. A Map: `constructor` is no operator. */
export const operators: ReadonlyMap<string, Operator> = new Map([
  ...stringOperators,
  ...numericOperators,
  ...dateOperators,
  ...boolOperators,
  ...binaryOperators,
  ...ipOperators,
  ...arnOperators,
  ...nullOperators,
])
