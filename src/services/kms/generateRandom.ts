/**
 * Random bytes, of which nothing is kept.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html
 */
import { randomBytes } from 'node:crypto'
import { anything } from '../operation.ts'
import { mustHaveNoRecipient } from './recipient.ts'
import { fault, operation } from './service.ts'

export const generateRandom = operation('GenerateRandom', {
  action: 'kms:GenerateRandom',

  touches({ caller }, input) {
    mustHaveNoRecipient(input)
    if (input.CustomKeyStoreId !== undefined) {
      throw fault('UnsupportedOperationException', 'Custom key stores are not supported.')
    }
    if (input.NumberOfBytes === undefined) {
      throw fault('ValidationException', 'NumberOfBytes is required.')
    }
    return anything(caller.account)
  },

  run: (_rooms, { NumberOfBytes }) => ({ Plaintext: randomBytes(NumberOfBytes ?? 0) }),
})
