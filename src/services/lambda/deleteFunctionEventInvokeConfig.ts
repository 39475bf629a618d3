/**
 * Asynchronous invocations are tried as AWS does by itself again.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html
 */
import { getConfig } from './event-config.ts'
import { findTarget } from './function.ts'
import { operation } from './service.ts'

export const deleteFunctionEventInvokeConfig = operation('DeleteFunctionEventInvokeConfig', {
  action: 'lambda:DeleteFunctionEventInvokeConfig',
  touches: (look, input) => findTarget(look, input),

  run({ functions }, _input, target) {
    const { shelf, record } = target
    const config = getConfig(target)
    const eventConfigs = record.eventConfigs.filter((each) => each !== config)
    functions.replace(shelf, { ...record, eventConfigs })
    return {}
  },
})
