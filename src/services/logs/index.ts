/** CloudWatch Logs: its table of operations and what they are given. */
import { logs as model } from '../../contract/generated/logs.ts'
import type { PageTokens } from '../../lib/page.ts'
import { type Service, tableOf } from '../operation.ts'
import { createLogGroup } from './createLogGroup.ts'
import { createLogStream } from './createLogStream.ts'
import { deleteLogGroup } from './deleteLogGroup.ts'
import { deleteMetricFilter } from './deleteMetricFilter.ts'
import { deleteRetentionPolicy } from './deleteRetentionPolicy.ts'
import { describeLogGroups } from './describeLogGroups.ts'
import { describeLogStreams } from './describeLogStreams.ts'
import { describeMetricFilters } from './describeMetricFilters.ts'
import { filterLogEvents } from './filterLogEvents.ts'
import { getLogEvents } from './getLogEvents.ts'
import { listTagsForResource } from './listTagsForResource.ts'
import type { Measure } from './made.ts'
import { putLogEvents } from './putLogEvents.ts'
import { putMetricFilter } from './putMetricFilter.ts'
import { putRetentionPolicy } from './putRetentionPolicy.ts'
import type { Hit, Shelf } from './records.ts'
import { LogStore } from './store.ts'
import { tagResource } from './tagResource.ts'
import { testMetricFilter } from './testMetricFilter.ts'

export { appendLines, type Measure, type StreamPlace } from './made.ts'
export { auditGroup, LogReader } from './store.ts'
export { sweepLogs } from './sweep.ts'

const operations = tableOf([
  createLogGroup,
  createLogStream,
  deleteLogGroup,
  deleteMetricFilter,
  deleteRetentionPolicy,
  describeLogGroups,
  describeLogStreams,
  describeMetricFilters,
  filterLogEvents,
  getLogEvents,
  listTagsForResource,
  putLogEvents,
  putMetricFilter,
  putRetentionPolicy,
  tagResource,
  testMetricFilter,
])

/** A mebibyte of lines, and what JSON puts around and into them. */
const bodyBytesMax: ReadonlyMap<string, number> = new Map([['PutLogEvents', 3 << 20]])

export interface Ports {
  readonly tokens: PageTokens
  readonly measure: Measure
}

export const logs = ({ tokens, measure }: Ports): Service => ({
  model,
  internalCode: 'ServiceUnavailableException',
  operations,
  bodyBytesMax,
  rooms: ({ attempt, caller, region, draws }) => ({
    logs: new LogStore(attempt),
    ...{ caller, region, draws, tokens },
    measure: (shelf: Shelf, hits: readonly Hit[]) => measure(attempt, shelf, hits),
  }),
})
