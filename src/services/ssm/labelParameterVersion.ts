/**
 * Puts labels on a version; one that was on another version moves.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_LabelParameterVersion.html
 */
import { changeLabels, findLabelled, isFitLabel, mustBeKept, withLabels } from './labels.ts'
import { operation } from './service.ts'

export const labelParameterVersion = operation('LabelParameterVersion', {
  action: 'ssm:LabelParameterVersion',
  touches: (look, input) => findLabelled(look, input.Name),

  run(rooms, { Labels, ParameterVersion }, parameter) {
    const on = mustBeKept(parameter.record, ParameterVersion)
    const fit = Labels.filter(isFitLabel)
    if (fit.length > 0) changeLabels(rooms, parameter, withLabels(parameter.record, fit, on))
    return {
      InvalidLabels: Labels.filter((label) => !isFitLabel(label)),
      ParameterVersion: on,
    }
  },
})
