/**
 * Adds tags to a function, or gives those it has another value.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_TagResource.html
 */
import { operation } from './service.ts'
import { askedContext, findTagged, mustBeFew, readTags } from './tags.ts'

export const tagResource = operation('TagResource', {
  action: 'lambda:TagResource',
  touches: (look, input) => findTagged(look, input.Resource, askedContext(input.Tags)),

  run({ functions }, input, { shelf, record }) {
    const added = readTags(input.Tags)
    const keys = new Set(added.map(({ key }) => key))
    const kept = record.tags.filter(({ key }) => !keys.has(key))
    functions.replace(shelf, { ...record, tags: mustBeFew([...kept, ...added]) })
    return {}
  },
})
