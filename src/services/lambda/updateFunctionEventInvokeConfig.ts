/**
 * How asynchronous invocations are tried: what is given; the rest stays.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionEventInvokeConfig.html
 */
import { getConfig, writeConfig } from './event-config.ts'
import { findTarget } from './function.ts'
import { operation } from './service.ts'

export const updateFunctionEventInvokeConfig = operation('UpdateFunctionEventInvokeConfig', {
  action: 'lambda:UpdateFunctionEventInvokeConfig',
  touches: (look, input) => findTarget(look, input),
  run: (rooms, input, target) => writeConfig(rooms, target, getConfig(target), input),
})
