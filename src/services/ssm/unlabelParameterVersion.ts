/**
 * Takes labels off a version; those that are not on it are told and are no failure.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_UnlabelParameterVersion.html
 */
import { changeLabels, findLabelled, mustBeKept } from './labels.ts'
import { operation } from './service.ts'
import { labelsOn } from './version.ts'

export const unlabelParameterVersion = operation('UnlabelParameterVersion', {
  action: 'ssm:UnlabelParameterVersion',
  touches: (look, input) => findLabelled(look, input.Name),

  run(rooms, { Labels, ParameterVersion }, parameter) {
    const { record } = parameter
    const there = new Set(labelsOn(record, mustBeKept(record, ParameterVersion)))
    const removed = new Set(Labels.filter((label) => there.has(label)))
    if (removed.size > 0) {
      const left = record.labels.filter(({ name }) => !removed.has(name))
      changeLabels(rooms, parameter, left)
    }
    return {
      RemovedLabels: [...removed],
      InvalidLabels: Labels.filter((label) => !there.has(label)),
    }
  },
})
