/**
 * BinaryEquals: equal bytes, given as base64. Strict base64 has one text per content, so that equal
 * texts are equal bytes and a lenient decoder cannot make two contents one.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_BinaryEquals
 */
import { parseBase64 } from '../../lib/bytes.ts'
import type { OperatorRow } from './operator.ts'

export const binaryOperators: readonly OperatorRow[] = [
  [
    'BinaryEquals',
    {
      negated: false,
      compile(text) {
        if (parseBase64(text) === undefined) return undefined
        return (value) => value === text || (parseBase64(value) ? false : undefined)
      },
    },
  ],
]
