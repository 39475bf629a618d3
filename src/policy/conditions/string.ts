/**
 * String operators. Only the `Like` pair has wildcards: to `StringEquals` a star is a star. Values
 * are case-sensitive unless the operator says so, and then ASCII letters fold, no others.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String
 */
import { compileText } from '../arn-pattern.ts'
import { foldAscii } from '../fold.ts'
import { bind, isVariable, parseTemplate } from '../variable.ts'
import { type OperatorRow, pairOf, type Test } from './operator.ts'

export const stringOperators: readonly OperatorRow[] = [
  ...pairOf('StringEquals', 'StringNotEquals', (text, variables) =>
    matching(text, variables, false),
  ),
  ...pairOf('StringLike', 'StringNotLike', (text, variables) => matching(text, variables, true)),
  ...pairOf('StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', equalsIgnoringCase),
]

function matching(text: string, variables: boolean, wildcards: boolean): Test {
  return compileText(parseTemplate(text, { variables, wildcards }))
}

function equalsIgnoringCase(text: string, variables: boolean): Test {
  const template = parseTemplate(text, { variables, wildcards: false })
  const fixed = template.some(isVariable) ? undefined : foldAscii(template.join(''))
  return (value, context) => {
    const wanted = fixed ?? bind(template, context)?.join('')
    return wanted !== undefined && foldAscii(value) === foldAscii(wanted)
  }
}
