/**
 * Null: `true` asks that the key is absent, `false` that it is there with whatever value.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Null
 */
import { parseBool } from './bool.ts'
import type { OperatorRow } from './operator.ts'

export const nullOperators: readonly OperatorRow[] = [
  [
    'Null',
    {
      negated: false,
      asksAbsence: true,
      compile(text) {
        const absent = parseBool(text)
        return absent === undefined ? undefined : () => !absent
      },
    },
  ],
]
