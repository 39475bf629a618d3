/**
 * Whether a trail delivers, since when, and how delivery does.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
 */
import { isoSeconds } from '../../lib/clock.ts'
import { operation } from './service.ts'
import { findTrail } from './trail.ts'

export const getTrailStatus = operation('GetTrailStatus', {
  action: 'cloudtrail:GetTrailStatus',
  touches: (look, { Name }) => findTrail(look, Name),

  async run({ deliveryOf }, _input, { arn, record: { logging } }) {
    const { isOn, startedAt, stoppedAt } = logging
    const { logAt, digestAt, isFailing = false } = (await deliveryOf(arn)) ?? {}
    return {
      IsLogging: isOn,
      LatestDeliveryTime: logAt,
      LatestDigestDeliveryTime: digestAt,
      LatestDeliveryError: isFailing ? 'The files could not be written.' : undefined,
      StartLoggingTime: startedAt,
      StopLoggingTime: stoppedAt,
      LatestDeliveryAttemptTime: textOf(logAt),
      LatestNotificationAttemptTime: '',
      LatestNotificationAttemptSucceeded: '',
      LatestDeliveryAttemptSucceeded: textOf(logAt),
      TimeLoggingStarted: textOf(startedAt),
      TimeLoggingStopped: textOf(stoppedAt),
    }
  },
})

/** AWS writes an empty text for what never was. */
const textOf = (at: number | undefined): string => (at === undefined ? '' : isoSeconds(at))
