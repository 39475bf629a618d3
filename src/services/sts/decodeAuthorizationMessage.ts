/**
 * Refused: no answer of this house holds an encoded authorization message, so that none is valid.
 * Why a call was denied is told by `strongroom why`.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */
import { anything } from '../operation.ts'
import { fault, operation } from './service.ts'

export const decodeAuthorizationMessage = operation('DecodeAuthorizationMessage', {
  action: 'sts:DecodeAuthorizationMessage',
  touches: ({ caller }) => anything(caller.account),

  run() {
    throw fault(
      'InvalidAuthorizationMessageException',
      'The message is not one that was encoded here.',
    )
  },
})
