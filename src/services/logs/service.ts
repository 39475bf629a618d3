/**
 * CloudWatch Logs: what functions print, and what others send.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/Welcome.html
 */
import type { CloudWatchLogsOperations } from '../../contract/generated/logs.ts'
import type { Caller } from '../../lib/caller.ts'
import type { Draws } from '../../lib/draws.ts'
import type { PageTokens } from '../../lib/page.ts'
import { declare } from '../operation.ts'
import type { Hit, Shelf } from './records.ts'
import type { LogReader, LogStore } from './store.ts'

/** What deciding about a call may look at. */
export interface Look {
  readonly logs: LogReader
  readonly caller: Caller
  readonly region: string
}

/** What the operations of this service may use. */
export interface Rooms extends Look {
  readonly logs: LogStore
  readonly draws: Draws
  readonly tokens: PageTokens
  /** Adds what metric filters found to their metrics, in this attempt. */
  measure(shelf: Shelf, hits: readonly Hit[]): Promise<void>
}

export const { operation, fault } = declare<CloudWatchLogsOperations, Look, Rooms>()
