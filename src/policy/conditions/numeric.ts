/**
 * Numeric operators: whole numbers and decimals, compared as numbers (`7` equals `7.0`, 9 is below 10).
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Numeric
 */
import { type OperatorRow, ordered } from './operator.ts'

const numberForm = /^[+-]?\d{1,15}(?:\.\d{1,15})?$/
/** A double tells all numbers of so many digits apart; beyond it two different ones may be equal. */
const digitsMax = 15

/** `Infinity`, `0x1F`, exponents and what a double cannot hold exactly are no numbers here. */
function parseNumber(text: string): number | undefined {
  if (!numberForm.test(text)) return undefined
  const digits = text.replace(/^[+-]?0*|\./g, '')
  return digits.length <= digitsMax ? Number(text) : undefined
}

export const numericOperators: readonly OperatorRow[] = ordered('Numeric', parseNumber)
