/**
 * What a trail is told to be: members that are offered are checked, others are refused in words,
 * never taken and forgotten.
 */
import type { UpdateTrailRequest } from '../../contract/generated/cloudtrail.ts'
import type { TrailRecord } from './records.ts'
import { fault, type Rooms } from './service.ts'

type Asked = UpdateTrailRequest

/** Throws for what this house has not; an empty text or `false` takes away what was never there. */
export function mustBeOffered(asked: Asked): void {
  if (asked.SnsTopicName) {
    throw fault('InvalidSnsTopicNameException', 'Notifications by SNS are not offered here.')
  }
  if (asked.CloudWatchLogsLogGroupArn || asked.CloudWatchLogsRoleArn) {
    throw fault(
      'InvalidCloudWatchLogsLogGroupArnException',
      'Delivery to CloudWatch Logs is not offered here.',
    )
  }
  if (asked.KmsKeyId) {
    throw fault('InvalidKmsKeyIdException', 'Encryption of log files by KMS is not offered here.')
  }
  if (asked.IsOrganizationTrail) {
    throw fault('OrganizationsNotInUseException', 'There are no organizations here.')
  }
}

/** The settings that result, from those before and those that were asked for. */
export function settled(
  { buckets }: Rooms,
  before: Pick<TrailRecord, 'bucket' | 'prefix' | 'isMultiRegion' | 'takesGlobal' | 'validates'>,
  asked: Asked,
) {
  const after = {
    bucket: asked.S3BucketName ?? before.bucket,
    prefix: asked.S3KeyPrefix === undefined ? before.prefix : mustBePrefix(asked.S3KeyPrefix),
    isMultiRegion: asked.IsMultiRegionTrail ?? before.isMultiRegion,
    takesGlobal: asked.IncludeGlobalServiceEvents ?? before.takesGlobal,
    validates: asked.EnableLogFileValidation ?? before.validates,
  }
  if (!buckets.has(after.bucket)) {
    throw fault(
      'S3BucketDoesNotExistException',
      `S3 bucket ${after.bucket} does not exist! The operator names the buckets of this deployment by --trail-buckets.`,
    )
  }
  if (after.isMultiRegion && !after.takesGlobal) {
    throw fault(
      'InvalidParameterCombinationException',
      'Multi-Region trail must include global service events.',
    )
  }
  return after
}

const prefixCharsMax = 200
const segmentForm = /^(?!\.{1,2}$)[\w!.*'()-]+$/

/** Where files go is a path here: nothing in a prefix may lead out of the bucket's folder. */
function mustBePrefix(prefix: string): string | undefined {
  const segments = prefix === '' ? [] : prefix.replace(/\/$/, '').split('/')
  if (prefix.length <= prefixCharsMax && segments.every((each) => segmentForm.test(each))) {
    return segments.join('/') || undefined
  }
  throw fault('InvalidS3PrefixException', 'The S3 key prefix is not valid.')
}
