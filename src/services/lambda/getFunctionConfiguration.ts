/**
 * The settings of a version of a function, its environment among them.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
 */
import { configurationOf } from './configuration.ts'
import { findTarget } from './function.ts'
import { operation } from './service.ts'

export const getFunctionConfiguration = operation('GetFunctionConfiguration', {
  action: 'lambda:GetFunctionConfiguration',
  touches: (look, input) => findTarget(look, input),
  run: (_rooms, _input, { shelf, record, settings, qualifier }) =>
    configurationOf(shelf, record, settings, qualifier),
})
