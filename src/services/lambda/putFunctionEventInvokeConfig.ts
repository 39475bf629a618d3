/**
 * How asynchronous invocations are tried, in place of all that was said of it before.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html
 */
import { writeConfig } from './event-config.ts'
import { findTarget } from './function.ts'
import { operation } from './service.ts'

export const putFunctionEventInvokeConfig = operation('PutFunctionEventInvokeConfig', {
  action: 'lambda:PutFunctionEventInvokeConfig',
  touches: (look, input) => findTarget(look, input),
  run: (rooms, input, target) => writeConfig(rooms, target, {}, input),
})
