/**
 * The condition keys that the policies of a user with its groups, of a group or of a role ask for.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html
 */
import { operation } from '../service.ts'
import { findHolder } from './asker.ts'
import { keysOf } from './keys.ts'
import { givenSources, heldSources } from './sources.ts'

export const getContextKeysForPrincipalPolicy = operation('GetContextKeysForPrincipalPolicy', {
  action: 'iam:GetContextKeysForPrincipalPolicy',
  touches: (look, { PolicySourceArn }) => findHolder(look, PolicySourceArn),

  async run({ identities }, { PolicyInputList }, { record }) {
    const given = givenSources('PolicyInputList', PolicyInputList)
    const sources = [...(await heldSources(identities, record)), ...given]
    return { ContextKeyNames: keysOf(sources.map(({ document }) => document)) }
  },
})
