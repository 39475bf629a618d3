/**
 * Takes tags off a parameter; keys that it does not have are no mistake.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RemoveTagsFromResource.html
 */

import { operation } from './service.ts'
import { findTagged } from './tagged.ts'

export const removeTagsFromResource = operation('RemoveTagsFromResource', {
  action: 'ssm:RemoveTagsFromResource',
  touches: (look, input) => findTagged(look, input),

  run({ parameters }, { TagKeys }, { shelf, record }) {
    const tags = record.tags.filter(({ Key }) => !TagKeys.includes(Key))
    parameters.put(shelf, record, { ...record, tags })
    return {}
  },
})
