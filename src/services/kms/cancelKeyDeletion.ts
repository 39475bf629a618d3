/**
 * Takes back the end of a key. It stays disabled until somebody enables it, which surprises everybody.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
 */
import { findKey } from './key.ts'
import { fault, operation } from './service.ts'

export const cancelKeyDeletion = operation('CancelKeyDeletion', {
  action: 'kms:CancelKeyDeletion',
  touches: (look, input) => findKey(look, input),

  run({ keys }, _input, { shelf, record, arn }) {
    if (!record.deletion) {
      throw fault('KMSInvalidStateException', `${arn} is not pending deletion.`)
    }
    keys.put(shelf, { ...record, deletion: undefined, enabled: false }, record)
    return { KeyId: arn }
  },
})
