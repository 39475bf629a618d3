/**
 * Bool: `true` or `false`, in any case. AWS's pages write lower case only; other spellings have one
 * possible meaning, and a Deny that says `"False"` must not be void.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Boolean
 */
import { foldAscii } from '../fold.ts'
import type { OperatorRow } from './operator.ts'

const truths = new Map([
  ['true', true],
  ['false', false],
])

export const parseBool = (text: string): boolean | undefined => truths.get(foldAscii(text))

export const boolOperators: readonly OperatorRow[] = [
  [
    'Bool',
    {
      negated: false,
      compile(text) {
        const wanted = parseBool(text)
        if (wanted === undefined) return undefined
        return (value) => {
          const asked = parseBool(value)
          return asked === undefined ? undefined : asked === wanted
        }
      },
    },
  ],
]
