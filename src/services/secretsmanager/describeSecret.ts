/**
 * Everything about a secret but its value. Also of one that was deleted and can still be restored.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html
 */
import { dayMs } from '../../lib/clock.ts'
import { findSecret } from './secret.ts'
import { operation } from './service.ts'
import { labelsByVersion } from './version.ts'

export const describeSecret = operation('DescribeSecret', {
  action: 'secretsmanager:DescribeSecret',
  touches: (look, input) => findSecret(look, input.SecretId),

  async run({ secrets }, _input, { arn, shelf, record }) {
    const [day] = await secrets.readDays(shelf, record)
    const hasVersions = Object.keys(record.labels).length > 0

    return {
      ARN: arn,
      Name: record.name,
      Description: record.description,
      KmsKeyId: record.kmsKeyId,
      CreatedDate: record.createdAt,
      LastChangedDate: record.changedAt,
      LastAccessedDate: day === undefined ? undefined : day * dayMs,
      DeletedDate: record.deletedAt,
      Tags: record.tags,
      VersionIdsToStages: hasVersions ? labelsByVersion(record.labels) : undefined,
    }
  },
})
