/**
 * How asynchronous invocations of a function, version or alias are tried.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html
 */
import { getConfig, printConfig } from './event-config.ts'
import { findTarget } from './function.ts'
import { operation } from './service.ts'

export const getFunctionEventInvokeConfig = operation('GetFunctionEventInvokeConfig', {
  action: 'lambda:GetFunctionEventInvokeConfig',
  touches: (look, input) => findTarget(look, input),
  run: (_rooms, _input, target) => printConfig(target.shelf, target.record, getConfig(target)),
})
