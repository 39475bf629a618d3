/** What the room of events keeps. Instants are milliseconds since 1970. */
import type { AccountId } from '../lib/brand.ts'

/** Where a bus and its rules live: an account's region. */
export interface Shelf {
  readonly account: AccountId
  readonly region: string
}

export interface Tag {
  readonly Key: string
  readonly Value: string
}

/** The bus that every region of an account has, and to which the house's own events go. */
export const defaultBus = 'default'

export interface BusRecord {
  readonly name: string
  readonly description?: string | undefined
  /** Who else may do what with it, as it was put. */
  readonly policy?: string | undefined
  readonly tags: readonly Tag[]
  readonly createdAt: number
  readonly changedAt: number
}

export type RuleState = 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'

export interface RuleRecord {
  readonly name: string
  readonly bus: string
  readonly description?: string | undefined
  readonly pattern?: string | undefined
  readonly schedule?: string | undefined
  readonly state: RuleState
  readonly roleArn?: string | undefined
  readonly tags: readonly Tag[]
  readonly createdBy: string
  readonly createdAt: number
  /** When its schedule comes round; absent without one, and while it is disabled. */
  readonly nextAt?: number | undefined
  /** At most a handful, hence here. */
  readonly targets: readonly TargetRecord[]
}

export interface TargetRecord {
  readonly id: string
  readonly arn: string
  readonly roleArn?: string | undefined
  readonly input?: string | undefined
  readonly inputPath?: string | undefined
  readonly transformer?: Transformer | undefined
  readonly http?: HttpSettings | undefined
  readonly retriesMax?: number | undefined
  readonly ageSecondsMax?: number | undefined
}

/** How an event becomes what a target gets. */
export interface Transformer {
  /** JSON paths by the names that the template has for them. */
  readonly paths: Readonly<Record<string, string>>
  readonly template: string
}

export interface HttpSettings {
  readonly pathValues: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
}

export type AuthKind = 'BASIC' | 'OAUTH_CLIENT_CREDENTIALS' | 'API_KEY'

/** How an API destination is called. */
export interface ConnectionRecord {
  readonly name: string
  /** Ends its ARN: one that is made anew is another. */
  readonly id: string
  readonly description?: string | undefined
  readonly kind: AuthKind
  /** What is nobody's to see, sealed once more for this connection: ConnectionSecrets as JSON. */
  readonly secrets: string
  /** What descriptions show. */
  readonly shown: ShownAuth
  readonly isDeauthorized?: boolean | undefined
  readonly createdAt: number
  readonly changedAt: number
  readonly authorizedAt: number
}

/** What a connection tells of itself. */
export interface ShownAuth {
  /** The name of an API key, a user or an OAuth client. */
  readonly name: string
  readonly endpoint?: string | undefined
  readonly method?: 'GET' | 'POST' | 'PUT' | undefined
  /** Names of parameters for each call, and the values of those that are no secret. */
  readonly http: ShownParameters
  readonly oauthHttp: ShownParameters
}

export interface ShownParameters {
  readonly headers: readonly ShownParameter[]
  readonly query: readonly ShownParameter[]
  readonly body: readonly ShownParameter[]
}

export interface ShownParameter {
  readonly key: string
  /** Absent where it is a secret. */
  readonly value?: string | undefined
  readonly isSecret: boolean
}

/** What is sealed in a connection. */
export interface ConnectionSecrets {
  /** An API key, a password or a client's secret. */
  readonly value: string
  readonly http: Parameters
  readonly oauthHttp: Parameters
}

/** Parameters with their values, by their names. */
export interface Parameters {
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, string>>
}

export type HttpMethod = 'POST' | 'GET' | 'HEAD' | 'OPTIONS' | 'PUT' | 'PATCH' | 'DELETE'

/** An address outside to which events are sent. */
export interface DestinationRecord {
  readonly name: string
  readonly id: string
  readonly description?: string | undefined
  readonly connectionArn: string
  readonly endpoint: string
  readonly method: HttpMethod
  readonly ratePerSecond?: number | undefined
  readonly createdAt: number
  readonly changedAt: number
}

/**
 * An event as rules and targets see it.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/ref/overview-event-structure.html
 */
export interface Envelope {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': string
  readonly source: string
  readonly account: string
  /** `2015-08-30T12:36:00Z` */
  readonly time: string
  readonly region: string
  readonly resources: readonly string[]
  readonly detail: object
}

/** The target of one rule, which has a queue of its own. */
export interface Lane extends Shelf {
  readonly bus: string
  readonly rule: string
  readonly target: string
}

/** An event on its way to one target. */
export interface DeliveryRecord {
  readonly event: Envelope
  /** When a rule took it. */
  readonly takenAt: number
  readonly tries: number
  /** Drawn by who tries it now; it is due again when that must be over. */
  readonly claim?: string | undefined
}

/** What did not arrive in the end, and why. */
export interface DeadRecord {
  readonly event: Envelope
  readonly lane: Lane
  readonly targetArn: string
  readonly takenAt: number
  readonly diedAt: number
  readonly tries: number
  /** `MaximumRetryAttempts` or `MaximumEventAgeInSeconds`; absent where trying again is no use. */
  readonly exhausted?: string | undefined
  readonly code: string
  readonly words: string
}
