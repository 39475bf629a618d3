/**
 * ARN operators. ArnEquals and ArnLike are the same operator: six fields, each matched on its own,
 * wildcards in any of them. A pattern with fewer fields can be compared only if it names one text.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
import { compileFields, compileText, cutFields, isLiteral, isWhole } from '../arn-pattern.ts'
import { isVariable, parseTemplate } from '../variable.ts'
import { type OperatorRow, pairOf, type Test } from './operator.ts'

function matching(text: string, variables: boolean): Test | undefined {
  const template = parseTemplate(text, { variables, wildcards: true })
  const fields = cutFields(template)
  if (isWhole(fields)) return compileFields(fields)
  return isLiteral(template) && template.some(isVariable) ? compileText(template) : undefined
}

export const arnOperators: readonly OperatorRow[] = [
  ...pairOf('ArnEquals', 'ArnNotEquals', matching),
  ...pairOf('ArnLike', 'ArnNotLike', matching),
]
