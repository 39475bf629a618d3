/**
 * The time in which a deleted secret can be restored.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html
 */
import { fault } from './service.ts'

export const windowDaysDefault = 30
const windowDaysMin = 7

/** Throws unless the window is one, and nobody asks at the same time for none. */
export function mustBeFitWindow(input: {
  readonly RecoveryWindowInDays?: number | undefined
  readonly ForceDeleteWithoutRecovery?: boolean | undefined
}): void {
  const days = input.RecoveryWindowInDays
  if (days === undefined) return
  if (days < windowDaysMin || days > windowDaysDefault) {
    throw fault(
      'InvalidParameterException',
      'The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).',
    )
  }
  if (input.ForceDeleteWithoutRecovery) {
    throw fault(
      'InvalidParameterException',
      "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
    )
  }
}
