/**
 * What a function has reserved; nothing at all if it has not.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConcurrency.html
 */
import { findFunction } from './function.ts'
import { operation } from './service.ts'

export const getFunctionConcurrency = operation('GetFunctionConcurrency', {
  action: 'lambda:GetFunctionConcurrency',
  touches: (look, input) => findFunction(look, input),
  run: (_rooms, _input, { record }) => ({ ReservedConcurrentExecutions: record.reserved }),
})
