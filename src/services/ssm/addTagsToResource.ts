/**
 * Adds tags to a parameter, or gives those it has another value.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html
 */

import { operation } from './service.ts'
import { findTagged } from './tagged.ts'
import { mustHaveFitTags, withTags } from './tags.ts'

export const addTagsToResource = operation('AddTagsToResource', {
  action: 'ssm:AddTagsToResource',

  touches(look, input) {
    mustHaveFitTags(input.Tags)
    return findTagged(look, input)
  },

  run({ parameters }, { Tags }, { shelf, record }) {
    parameters.put(shelf, record, { ...record, tags: withTags(record.tags, Tags) })
    return {}
  },
})
