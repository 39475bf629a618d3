/**
 * The tags of a function.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_ListTags.html
 */
import { operation } from './service.ts'
import { findTagged, printTags } from './tags.ts'

export const listTags = operation('ListTags', {
  action: 'lambda:ListTags',
  touches: (look, input) => findTagged(look, input.Resource),
  run: (_rooms, _input, { record }) => ({ Tags: printTags(record.tags) ?? {} }),
})
