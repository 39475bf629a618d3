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
  const found: Attribute[] = []
  eachAttribute(record, (name, value) => {
    if (!found.some((each) => each.name === name && each.value === value)) {
      found.push({ name, value })
    }
  })
  return found
}

type Take = (name: AttributeName, value: string) => void

/** The same, one by one: what several things have in common comes again. */
export function eachAttribute(record: AuditRecord, take: Take): void {
  const { userIdentity, requestID } = record
  const username = usernameOf(userIdentity)
  take('EventId', record.eventID)
  take('EventName', record.eventName)
  take('ReadOnly', record.readOnly ? 'true' : 'false')
  if (username) take('Username', username)
  take('EventSource', record.eventSource)
  if (userIdentity.accessKeyId) take('AccessKeyId', userIdentity.accessKeyId)
  if (requestID) take('RequestId', requestID)
  eachResource(record, (type, name) => {
    if (type) take('ResourceType', type)
    take('ResourceName', name)
  })
}

/** The name by which look-ups know a caller. */
export const usernameOf = (identity: RecordedIdentity): string | undefined =>
  usernames.get(identity.type ?? '')?.(identity)

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
export function resourcesOf(record: AuditRecord): NamedResource[] {
  const named: NamedResource[] = []
  eachResource(record, (type, name) => named.push({ type, name }))
  return named
}

type TakeResource = (type: string | undefined, name: string) => void

function eachResource({ resources, additionalEventData }: AuditRecord, take: TakeResource): void {
  if (resources) for (const { ARN, type } of resources) takeNames(take, ARN, type)
  if (!additionalEventData) return
  const more = additionalEventData as Readonly<Record<string, unknown>>
  for (const name of ownNames) {
    if (typeof more[name] === 'string') takeNames(take, more[name])
  }
}

const ownNames = ['SecretId', 'keyId']

function takeNames(take: TakeResource, arn: string, type?: string): void {
  const known = namesOf(arn)
  const told = type ?? known.type
  take(told, arn)
  if (known.name) take(told, known.name)
}

interface Named {
  readonly type: string | undefined
  readonly name: string | undefined
}

/** The same few things are met again and again. */
const namesMax = 10_000
const names = new Map<string, Named>()

function namesOf(arn: string): Named {
  const known = names.get(arn)
  if (known) return known
  if (names.size >= namesMax) names.clear()
  const kind = kindOf(arn)
  const named = { type: kind?.type, name: kind?.name(arn) }
  names.set(arn, named)
  return named
}

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
  for (const [service, beginning, kind] of kinds) {
    if (arn.service === service && arn.resource.startsWith(beginning)) return kind
  }
  return undefined
}
