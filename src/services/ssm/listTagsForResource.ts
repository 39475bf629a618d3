/**
 * The tags of a parameter.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html
 */

import { operation } from './service.ts'
import { findTagged } from './tagged.ts'

export const listTagsForResource = operation('ListTagsForResource', {
  action: 'ssm:ListTagsForResource',
  touches: (look, input) => findTagged(look, input),
  run: (_rooms, _input, { record }) => ({ TagList: record.tags }),
})
