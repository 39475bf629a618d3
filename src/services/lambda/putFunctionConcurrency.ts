/**
 * Reserves concurrency for a function: as many of it may run at once, and no more. 0 stops it.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html
 */
import { reserve } from './concurrency.ts'
import { findFunction } from './function.ts'
import { operation } from './service.ts'

export const putFunctionConcurrency = operation('PutFunctionConcurrency', {
  action: 'lambda:PutFunctionConcurrency',
  touches: (look, input) => findFunction(look, input),

  run(rooms, { ReservedConcurrentExecutions }, { shelf, record }) {
    reserve(rooms, shelf, record, ReservedConcurrentExecutions)
    return { ReservedConcurrentExecutions }
  },
})
