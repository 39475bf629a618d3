/**
 * CloudWatch: metrics, alarms over them, dashboards.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/Welcome.html
 */
import type { CloudWatchOperations } from '../../contract/generated/cloudwatch.ts'
import type { Caller } from '../../lib/caller.ts'
import type { Draws } from '../../lib/draws.ts'
import type { PageTokens } from '../../lib/page.ts'
import { type Desk, declare } from '../operation.ts'
import type { AlarmReader, AlarmStore } from './stores/alarms.ts'
import type { DashboardReader, DashboardStore } from './stores/dashboards.ts'
import type { MetricReader, MetricStore } from './stores/metrics.ts'

/** What deciding about a call may look at. */
export interface Look {
  readonly alarms: AlarmReader
  readonly dashboards: DashboardReader
  readonly metrics: MetricReader
  readonly caller: Caller
  readonly region: string
}

/** What the operations of this service may use. */
export interface Rooms extends Look {
  readonly alarms: AlarmStore
  readonly dashboards: DashboardStore
  readonly metrics: MetricStore
  readonly draws: Draws
  readonly tokens: PageTokens
  readonly refusal: Desk['refusal']
  /** Told which series have something new. */
  touched(seriesId: string): void
}

export const { operation, fault } = declare<CloudWatchOperations, Look, Rooms>()

/** What AWS's own checks of CloudWatch answer, whose model has no shape for it. */
export const invalid = (words: string) => fault('ValidationException', words)
