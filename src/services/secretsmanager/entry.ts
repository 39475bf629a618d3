/** What is told about a secret without its value, by DescribeSecret and in lists alike. */
import { dayMs } from '../../lib/clock.ts'
import { labelsByVersion } from './labels.ts'
import { arnOf } from './name.ts'
import type { SecretRecord, Shelf } from './records.ts'
import { shownRules } from './rotation.ts'
import type { Look } from './service.ts'

/** The members that DescribeSecret and a list share. */
export function entryOf({ secrets }: Look, shelf: Shelf, record: SecretRecord) {
  const { rotation } = record
  const day = secrets.readDay(shelf, record)
  return {
    ARN: arnOf(shelf, record.name, record.suffix),
    Name: record.name,
    Type: record.type,
    Description: record.description,
    KmsKeyId: record.kmsKeyId,
    RotationEnabled: rotation?.enabled,
    RotationLambdaARN: rotation?.lambdaArn,
    RotationRules: rotation && shownRules(rotation),
    ExternalSecretRotationMetadata: rotation?.metadata,
    ExternalSecretRotationRoleArn: rotation?.roleArn,
    // AWS tells of neither once rotation was switched off.
    LastRotatedDate: rotation?.enabled ? rotation.rotatedAt : undefined,
    NextRotationDate: rotation?.enabled ? rotation.nextAt : undefined,
    CreatedDate: record.createdAt,
    LastChangedDate: record.changedAt,
    LastAccessedDate: day === undefined ? undefined : day * dayMs,
    DeletedDate: record.deletedAt,
    Tags: record.tags,
    PrimaryRegion: record.primaryRegion ?? (record.replicas && shelf.region),
  }
}

/** The labels of each version that has one; absent if none has. */
export const stagesOf = ({ labels }: SecretRecord): Record<string, string[]> | undefined =>
  labels.length > 0 ? labelsByVersion(labels) : undefined
