/**
 * Takes tags off a secret; keys that it does not have are no mistake.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UntagResource.html
 */
import { changeSecret } from './change.ts'
import { mustKeepAccess } from './policy.ts'
import { findSecret, mustBeChangeable } from './secret.ts'
import { operation } from './service.ts'
import { withoutTags } from './tags.ts'

const action = 'secretsmanager:UntagResource'

export const untagResource = operation('UntagResource', {
  action,
  touches: (look, input) => findSecret(look, input),

  async run(rooms, input, secret) {
    mustBeChangeable(secret)
    const tags = withoutTags(secret.record.tags, input.TagKeys)
    mustKeepAccess(rooms, action, secret, { tags })
    await changeSecret(rooms, secret, { tags })
    return {}
  },
})
