/**
 * Gives back what a function has reserved.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionConcurrency.html
 */
import { reserve } from './concurrency.ts'
import { findFunction } from './function.ts'
import { operation } from './service.ts'

export const deleteFunctionConcurrency = operation('DeleteFunctionConcurrency', {
  action: 'lambda:DeleteFunctionConcurrency',
  touches: (look, input) => findFunction(look, input),

  run(rooms, _input, { shelf, record }) {
    if (record.reserved !== undefined) reserve(rooms, shelf, record, undefined)
    return {}
  },
})
