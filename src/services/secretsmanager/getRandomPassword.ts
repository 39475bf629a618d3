/**
 * A password, drawn evenly from all that fit the wishes, and forgotten here as soon as it is told.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html
 */
import { anything } from '../operation.ts'
import { alphabetOf, drawPassword } from './password.ts'
import { operation } from './service.ts'

export const getRandomPassword = operation('GetRandomPassword', {
  action: 'secretsmanager:GetRandomPassword',

  touches({ caller }, input) {
    alphabetOf(input)
    return anything(caller.account)
  },

  run: (_rooms, input) => ({ RandomPassword: drawPassword(alphabetOf(input)) }),
})
