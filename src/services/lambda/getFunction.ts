/**
 * A version of a function with its tags. Where AWS gives a link to its code there is none: the code
 * stands sealed in the store, and leaves it only to be run.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
 */
import { configurationOf } from './configuration.ts'
import { findTarget } from './function.ts'
import { operation } from './service.ts'
import { printTags } from './tags.ts'

export const getFunction = operation('GetFunction', {
  action: 'lambda:GetFunction',
  touches: (look, input) => findTarget(look, input),

  run(_rooms, _input, { shelf, record, settings, qualifier }) {
    const { reserved } = record
    return {
      Configuration: configurationOf(shelf, record, settings, qualifier),
      Code: { RepositoryType: 'S3' },
      Tags: printTags(record.tags),
      ...(reserved !== undefined && { Concurrency: { ReservedConcurrentExecutions: reserved } }),
    }
  },
})
