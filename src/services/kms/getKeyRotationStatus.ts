/**
 * Whether and when the clock rotates a key. A key that is to be deleted is not rotated.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
 */
import { findKey } from './key.ts'
import { operation } from './service.ts'

export const getKeyRotationStatus = operation('GetKeyRotationStatus', {
  action: 'kms:GetKeyRotationStatus',
  touches: (look, input) => findKey(look, input, { abroad: true }),

  run(_rooms, _input, { arn, record }) {
    const rotation = record.deletion ? undefined : record.rotation
    return {
      KeyRotationEnabled: rotation !== undefined,
      KeyId: arn,
      RotationPeriodInDays: rotation?.periodDays,
      NextRotationDate: rotation?.nextAt,
    }
  },
})
