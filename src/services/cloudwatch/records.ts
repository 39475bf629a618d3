/** What CloudWatch keeps. Instants are milliseconds since 1970. */
import type {
  ComparisonOperator,
  HistoryItemType,
  MetricDataQuery,
  StandardUnit,
  StateValue,
  Statistic,
} from '../../contract/generated/cloudwatch.ts'
import type { AccountId } from '../../lib/brand.ts'

/** Where metrics and alarms live: an account's region. */
export interface Shelf {
  readonly account: AccountId
  readonly region: string
}

export type Tags = Readonly<Record<string, string>>

export interface Dimension {
  readonly Name: string
  readonly Value: string
}

/** Which metric: dimensions in the order of their names. */
export interface Metric {
  readonly namespace: string
  readonly name: string
  readonly dimensions: readonly Dimension[]
}

export interface SeriesRecord extends Metric {
  readonly firstAt: number
}

/** How often a value came. */
export type Values = readonly (readonly [value: number, count: number])[]

/** What was measured in one minute, in one unit. */
export interface Point {
  /** The minute's first instant. */
  readonly at: number
  readonly unit: StandardUnit
  readonly count: number
  readonly sum: number
  readonly min: number
  readonly max: number
  /** Absent where only a summary came: percentiles are not known then. */
  readonly values?: Values | undefined
}

/** Points of one series within one hour, as one call brought them or as they were put together. */
export interface PointsRecord {
  readonly points: readonly Point[]
}

export interface AlarmState {
  readonly value: StateValue
  readonly reason: string
  readonly data?: string | undefined
  readonly updatedAt: number
  /** When the value was another one last. */
  readonly changedAt: number
}

/** What an alarm looks at: one metric's statistic, or an expression over several. */
export type Watched =
  | {
      readonly metric: Metric
      readonly statistic?: Statistic | undefined
      readonly percentile?: string | undefined
      readonly period: number
      readonly unit?: StandardUnit | undefined
    }
  | { readonly queries: readonly MetricDataQuery[] }

export interface AlarmRecord {
  readonly name: string
  readonly description?: string | undefined
  readonly watched: Watched
  readonly comparison: ComparisonOperator
  readonly threshold: number
  readonly periods: number
  /** How many of the periods must breach; absent where the caller did not say. */
  readonly breaching?: number | undefined
  readonly missing?: string | undefined
  readonly lowSamples?: string | undefined
  readonly actionsEnabled: boolean
  readonly actions: Readonly<Record<StateValue, readonly string[]>>
  readonly tags: Tags
  readonly configuredAt: number
  readonly state: AlarmState
}

export interface HistoryRecord {
  readonly alarm: string
  readonly type: HistoryItemType
  readonly summary: string
  /** JSON. */
  readonly text: string
}

/** An action that an alarm's change of state asks for, until it was taken. */
export interface ActionRecord {
  readonly shelf: Shelf
  readonly alarm: string
  readonly alarmArn: string
  readonly actionArn: string
  /** JSON. */
  readonly payload: string
  /** While somebody takes it: until when it is theirs, in milliseconds since 1970. */
  readonly claimedUntil?: number
}

export interface DashboardRecord {
  readonly name: string
  readonly body: string
  readonly changedAt: number
  readonly tags: Tags
}
