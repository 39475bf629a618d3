/**
 * Several secrets in one answer, named or found by filters. Each of them is asked for as GetSecretValue,
 * decided and recorded as such; what cannot be had stands in Errors, and the call succeeds.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
 */
import { anything } from '../operation.ts'
import { chooseSecrets, getEach, mustBeFitBatch } from './batch.ts'
import { operation } from './service.ts'

export const batchGetSecretValue = operation('BatchGetSecretValue', {
  action: 'secretsmanager:BatchGetSecretValue',

  touches({ caller }, input) {
    mustBeFitBatch(input)
    return anything(caller.account)
  },

  async run(rooms, input) {
    const { ids, next } = await chooseSecrets(rooms, input)
    const { values, errors } = await getEach(rooms, ids)
    return { SecretValues: values, Errors: errors, NextToken: next }
  },
})
