/**
 * Takes tags off a function. One that it does not have is no error.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_UntagResource.html
 */
import { operation } from './service.ts'
import { askedContext, findTagged } from './tags.ts'

export const untagResource = operation('UntagResource', {
  action: 'lambda:UntagResource',
  touches: (look, input) => findTagged(look, input.Resource, askedContext({}, [...input.TagKeys])),

  run({ functions }, input, { shelf, record }) {
    const tags = record.tags.filter(({ key }) => !input.TagKeys.includes(key))
    functions.replace(shelf, { ...record, tags })
    return {}
  },
})
