/**
 * Removes a parameter with all its versions. There is no way back.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html
 */
import { findWhole } from './parameter.ts'
import { operation } from './service.ts'

export const deleteParameter = operation('DeleteParameter', {
  action: 'ssm:DeleteParameter',
  touches: (look, input) => findWhole(look, input.Name),

  run({ parameters }, _input, { shelf, record }) {
    parameters.remove(shelf, record)
    return {}
  },
})
