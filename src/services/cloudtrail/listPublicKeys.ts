/**
 * The public keys that digest files are verified by, of those that were valid in a range of time; by
 * default now.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html
 */
import { anything } from '../operation.ts'
import { fault, operation } from './service.ts'

export const listPublicKeys = operation('ListPublicKeys', {
  action: 'cloudtrail:ListPublicKeys',
  touches: ({ caller }) => anything(caller.account),

  run({ publicKeys, attempt, draws }, { StartTime, EndTime, NextToken }) {
    const from = StartTime ?? EndTime ?? draws.at
    const to = EndTime ?? draws.at
    if (from > to) {
      throw fault('InvalidTimeRangeException', 'The start time must be before the end time.')
    }
    if (NextToken !== undefined) throw fault('InvalidTokenException', 'Invalid NextToken')
    const keys = publicKeys(attempt)
    return {
      PublicKeyList: keys
        .filter(({ fromAt, toAt }) => fromAt <= to && toAt >= from)
        .map(({ bytes, fingerprint, fromAt, toAt }) => ({
          Value: bytes,
          ValidityStartTime: fromAt,
          ValidityEndTime: toAt,
          Fingerprint: fingerprint,
        })),
    }
  },
})
