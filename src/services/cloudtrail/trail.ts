/**
 * A trail as operations see it: found by name or ARN, described, and what several operations ask of it.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html
 */
import type { Trail as TrailView } from '../../contract/generated/cloudtrail.ts'
import { formatArn, isAccountId, parseArn, partitionOf } from '../../lib/arn.ts'
import type { Arn } from '../../lib/brand.ts'
import type { ContextValue } from '../../policy/context.ts'
import { Absent, type Subject } from '../operation.ts'
import type { Shelf, Tag, TrailRecord } from './records.ts'
import { fault, type Look } from './service.ts'

export interface Trail extends Subject {
  readonly arn: Arn
  readonly shelf: Shelf
  readonly record: TrailRecord
}

export const trailType = 'AWS::CloudTrail::Trail'

export const arnOf = ({ account, region }: Shelf, name: string): Arn =>
  formatArn({
    partition: partitionOf(region),
    service: 'cloudtrail',
    region,
    account,
    resource: `trail/${name}`,
  })

/** The caller's own account, in the region of the call. */
export const hereOf = ({ caller, region }: Look): Shelf => ({ account: caller.account, region })

/** The trail that a name or ARN means, or its absence. */
export function findTrail(look: Look, id: string): Trail | Absent {
  const { shelf, name } = placeIn(look, id)
  const record = look.trails.find(shelf, name)
  const arn = arnOf(shelf, name)
  if (record) return trailOf(shelf, record)
  const missing = fault(
    'TrailNotFoundException',
    `Unknown trail: ${id} for the user: ${look.caller.account}`,
  )
  return new Absent({ arn, account: shelf.account, shown: arn }, missing)
}

export const trailOf = (shelf: Shelf, record: TrailRecord): Trail => ({
  ...{ arn: arnOf(shelf, record.name), shelf, record, account: shelf.account, type: trailType },
  context: tagContext('aws:ResourceTag/', record.tags),
})

/** What policies can ask of tags. */
export const tagContext = (
  prefix: string,
  tags: readonly Tag[],
): Readonly<Record<string, ContextValue>> =>
  Object.fromEntries(tags.map(({ Key, Value = '' }) => [`${prefix}${Key}`, Value]))

export interface Place {
  readonly shelf: Shelf
  readonly name: string
}

/** Throws for a text that is neither a name nor a trail's ARN. */
export function placeIn(look: Look, id: string): Place {
  if (!id.startsWith('arn:')) {
    mustBeName(id)
    return { shelf: hereOf(look), name: id }
  }
  const { account = '', region = '', service, resource = '' } = parseArn(id) ?? {}
  const [, name] = /^trail\/([\w.-]+)$/.exec(resource) ?? []
  if (service === 'cloudtrail' && isAccountId(account) && region && name) {
    return { shelf: { account, region }, name }
  }
  throw fault('CloudTrailARNInvalidException', `${shown(id)} is not a valid trail ARN.`)
}

const shown = (text: string): string => text.slice(0, 200).replace(/\p{Cc}/gu, '?')

const nameCharsMin = 3
const nameCharsMax = 128
const nameRules: readonly (readonly [form: RegExp, words: string])[] = [
  [
    /^[\w.-]*$/,
    'Trail name can only contain ASCII letters, numbers, periods, underscores, hyphens',
  ],
  [/^[A-Za-z0-9]/, 'Trail name must start with a letter or number.'],
  [/[A-Za-z0-9]$/, 'Trail name must end with a letter or number.'],
  [/^(?!.*[._-]{2})/, 'Trail name must not have adjacent periods, underscores or hyphens.'],
  [/^(?!\d+\.\d+\.\d+\.\d+$)/, 'Trail name must not be in IP address format.'],
]

export function mustBeName(name: string): void {
  const length = name.length
  if (length < nameCharsMin) {
    throw fault(
      'InvalidTrailNameException',
      `Trail name too short. Minimum allowed length: ${nameCharsMin} characters. Specified name length: ${length} characters.`,
    )
  }
  if (length > nameCharsMax) {
    throw fault(
      'InvalidTrailNameException',
      `Trail name too long. Maximum allowed length: ${nameCharsMax} characters. Specified name length: ${length} characters.`,
    )
  }
  const broken = nameRules.find(([form]) => !form.test(name))
  if (broken) throw fault('InvalidTrailNameException', broken[1])
}

/** What changes a trail is done in its home region. */
export function mustBeHome({ region }: Look, { shelf }: Trail): void {
  if (shelf.region === region) return
  throw fault(
    'InvalidHomeRegionException',
    'A trail can be changed only in the region in which it was created.',
  )
}

/** The members that every answer about a trail has. */
export const settingsOf = ({ arn, record }: Trail) => ({
  Name: record.name,
  S3BucketName: record.bucket,
  S3KeyPrefix: record.prefix,
  IncludeGlobalServiceEvents: record.takesGlobal,
  IsMultiRegionTrail: record.isMultiRegion,
  TrailARN: arn as string,
  LogFileValidationEnabled: record.validates,
  IsOrganizationTrail: false,
})

export const viewOf = (trail: Trail): TrailView => ({
  ...settingsOf(trail),
  HomeRegion: trail.shelf.region,
  HasCustomEventSelectors:
    trail.record.selectors !== undefined || trail.record.advanced !== undefined,
  HasInsightSelectors: false,
})

/** A trail by its ARN alone, as calls about tags name it. */
export function findTagged(look: Look, arn: string): Trail | Absent {
  if (arn.startsWith('arn:')) return findTrail(look, arn)
  throw fault('CloudTrailARNInvalidException', `${shown(arn)} is not a valid trail ARN.`)
}
