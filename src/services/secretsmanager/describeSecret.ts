/**
 * Everything about a secret but its value. Also of one that was deleted and can still be restored.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
 */
import { entryOf, stagesOf } from './entry.ts'
import { statusOf } from './replica.ts'
import { findSecret } from './secret.ts'
import { operation } from './service.ts'

export const describeSecret = operation('DescribeSecret', {
  action: 'secretsmanager:DescribeSecret',
  touches: (look, input) => findSecret(look, input),

  run: async (rooms, _input, secret) => ({
    ...entryOf(rooms, secret.shelf, secret.record),
    VersionIdsToStages: stagesOf(secret.record),
    ReplicationStatus: await statusOf(rooms, secret),
  }),
})
