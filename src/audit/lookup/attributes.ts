/**
 * What a record can be found by: CloudTrail's look-up attributes, and the request's id.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupAttribute.html
 */
import { parseArn } from '../../lib/arn.ts'
import type { AuditRecord, RecordedIdentity } from '../copies.ts'

export type AttributeName =
  | 'EventId'
  | 'EventName'
  | 'ReadOnly'
  | 'Username'
  | 'ResourceType'
  | 'ResourceName'
  | 'EventSource'
  | 'AccessKeyId'
  | 'RequestId'

export interface Attribute {
  readonly name: AttributeName
  readonly value: string
}

/** A thing that a record is about, as look-ups name it. */
export interface NamedResource {
  readonly type: string | undefined
  readonly name: string
}

/** Everything that a record can be found by, none twice. */
export function attributesOf(record: AuditRecord): Attribute[] {
  const resources = resourcesOf(record)
  const found: (readonly [AttributeName, string | undefined])[] = [
    ['EventId', record.eventID],
    ['EventName', record.eventName],
    ['ReadOnly', String(record.readOnly ?? false)],
    ['Username', usernameOf(record.userIdentity)],
    ['EventSource', record.eventSource],
    ['AccessKeyId', record.userIdentity.accessKeyId],
    ['RequestId', record.requestID],
    ...[...new Set(resources.map(({ type }) => type))].map(
      (type) => ['ResourceType', type] as const,
    ),
    ...[...new Set(resources.map(({ name }) => name))].map(
      (name) => ['ResourceName', name] as const,
    ),
  ]
  return found.flatMap(([name, value]) => (value ? [{ name, value }] : []))
}

/** The name by which look-ups know a caller. */
export const usernameOf = ({ type = '', ...identity }: RecordedIdentity): string | undefined =>
  usernames.get(type)?.(identity)

const sessionName = ({ principalId = '' }: RecordedIdentity) =>
  principalId.slice(principalId.indexOf(':') + 1)

const usernames: ReadonlyMap<string, (identity: RecordedIdentity) => string | undefined> = new Map([
  ['Root', () => 'root'],
  ['IAMUser', ({ userName }) => userName],
  ['WebIdentityUser', ({ userName }) => userName],
  ['AssumedRole', sessionName],
  ['FederatedUser', sessionName],
])

/**
 * A record's resources under every name that people know them by: the ARN, and the plain name. What a
 * service does on its own account names its thing among the additional data.
 */
export function resourcesOf({ resources = [], additionalEventData }: AuditRecord): NamedResource[] {
  const own = Object.entries(additionalEventData ?? {})
    .filter(([name, value]) => ownNames.has(name) && typeof value === 'string')
    .map(([, ARN]) => ({ ARN, type: undefined }))
  return [...resources, ...own].flatMap(({ ARN, type }) => {
    const kind = kindOf(ARN)
    const named = { type: type ?? kind?.type }
    const name = kind?.name(ARN)
    return [{ ...named, name: ARN }, ...(name ? [{ ...named, name }] : [])]
  })
}

const ownNames: ReadonlySet<string> = new Set(['SecretId', 'keyId'])

interface Kind {
  readonly type: string
  /** The plain name inside an ARN; none where people use the ARN alone. */
  name(arn: string): string | undefined
}

const afterSlash = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)
const afterColon = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1)
/** Without the hyphen and the six that AWS adds. */
const ofSecret = (arn: string): string => afterColon(arn).slice(0, -7)

/** By the service in an ARN and how its resource begins. */
const kinds: readonly (readonly [service: string, beginning: string, kind: Kind])[] = [
  ['secretsmanager', 'secret:', { type: 'AWS::SecretsManager::Secret', name: ofSecret }],
  ['kms', 'key/', { type: 'AWS::KMS::Key', name: () => undefined }],
  ['kms', 'alias/', { type: 'AWS::KMS::Alias', name: () => undefined }],
  ['iam', 'user/', { type: 'AWS::IAM::User', name: afterSlash }],
  ['iam', 'role/', { type: 'AWS::IAM::Role', name: afterSlash }],
  ['iam', 'group/', { type: 'AWS::IAM::Group', name: afterSlash }],
  ['iam', 'policy/', { type: 'AWS::IAM::ManagedPolicy', name: afterSlash }],
  ['lambda', 'function:', { type: 'AWS::Lambda::Function', name: afterColon }],
  ['cloudtrail', 'trail/', { type: 'AWS::CloudTrail::Trail', name: afterSlash }],
  [
    'ssm',
    'parameter/',
    { type: 'AWS::SSM::Parameter', name: (arn) => arn.slice(arn.indexOf('/')) },
  ],
]

function kindOf(text: string): Kind | undefined {
  const arn = parseArn(text)
  if (!arn) return undefined
  return kinds.find(
    ([service, beginning]) => arn.service === service && arn.resource.startsWith(beginning),
  )?.[2]
}
