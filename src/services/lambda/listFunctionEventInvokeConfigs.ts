/**
 * How asynchronous invocations of a function are tried, for each qualifier of which it is said.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html
 */
import { printConfig } from './event-config.ts'
import { findFunction } from './function.ts'
import { pageOf } from './page.ts'
import { operation } from './service.ts'

export const listFunctionEventInvokeConfigs = operation('ListFunctionEventInvokeConfigs', {
  action: 'lambda:ListFunctionEventInvokeConfigs',
  touches: (look, input) => findFunction(look, input),

  run(_rooms, input, { shelf, record }) {
    const { page, NextMarker } = pageOf(record.eventConfigs, input, ({ qualifier }) => qualifier)
    return {
      NextMarker,
      FunctionEventInvokeConfigs: page.map((config) => printConfig(shelf, record, config)),
    }
  },
})
