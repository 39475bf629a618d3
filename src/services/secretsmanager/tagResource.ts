/**
 * Adds tags to a secret, or gives those it has another value.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_TagResource.html
 */
import { changeSecret } from './change.ts'
import { mustKeepAccess } from './policy.ts'
import { findSecret, mustBeChangeable } from './secret.ts'
import { operation } from './service.ts'
import { mustHaveFitTags, withTags } from './tags.ts'

const action = 'secretsmanager:TagResource'

export const tagResource = operation('TagResource', {
  action,

  touches(look, input) {
    mustHaveFitTags(input.Tags)
    return findSecret(look, input)
  },

  async run(rooms, input, secret) {
    mustBeChangeable(secret)
    const tags = withTags(secret.record.tags, input.Tags)
    mustKeepAccess(rooms, action, secret, { tags })
    await changeSecret(rooms, secret, { tags })
    return {}
  },
})
