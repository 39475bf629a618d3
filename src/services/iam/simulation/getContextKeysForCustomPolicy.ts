/**
 * The condition keys that policies ask for.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html
 */
import { anything } from '../../operation.ts'
import { operation } from '../service.ts'
import { keysOf } from './keys.ts'
import { givenSources } from './sources.ts'

export const getContextKeysForCustomPolicy = operation('GetContextKeysForCustomPolicy', {
  action: 'iam:GetContextKeysForCustomPolicy',
  touches: ({ caller: { account } }) => anything(account),

  run(_rooms, { PolicyInputList }) {
    const sources = givenSources('PolicyInputList', PolicyInputList)
    return { ContextKeyNames: keysOf(sources.map(({ document }) => document)) }
  },
})
