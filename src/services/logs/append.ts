/**
 * Lines into a stream: those that are too old or too new are left out, the rest is cut into batches
 * that a reader can put in order.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
 */
import { dayMs, hourMs } from '../../lib/clock.ts'
import { type GroupRecord, type Line, type StreamRecord, spanMs } from './records.ts'
import { fault } from './service.ts'
import { type LogStore, weightOf } from './store.ts'

const oldestDays = 14
const newestMs = 2 * hourMs
const requestBytesMax = 1_048_576
const batchBytesMax = 128 << 10
const batchLinesMax = 1000

/** What was left out, in PutLogEvents' words; absent if nothing was. */
export interface Rejected {
  readonly tooOldLogEventEndIndex?: number
  readonly expiredLogEventEndIndex?: number
  readonly tooNewLogEventStartIndex?: number
}

/** Throws for lines that no request may bring. */
export function mustBeFitLines(lines: readonly Line[]): void {
  const isOrdered = lines.every(({ at }, index) => index === 0 || (lines[index - 1]?.at ?? 0) <= at)
  if (!isOrdered) {
    throw fault(
      'InvalidParameterException',
      'Log events in a single PutLogEvents request must be in chronological order.',
    )
  }
  const bytes = weightOf({ lines })
  if (bytes > requestBytesMax) {
    throw fault(
      'InvalidParameterException',
      `Upload too large: ${bytes} bytes exceeds limit of ${requestBytesMax}`,
    )
  }
  if ((lines.at(-1)?.at ?? 0) - (lines[0]?.at ?? 0) <= dayMs) return
  throw fault(
    'InvalidParameterException',
    'The batch of log events in a single PutLogEvents request cannot span more than 24 hours.',
  )
}

/** Which lines of a request are taken, and which not. */
export function sift(lines: readonly Line[], { retentionDays }: GroupRecord, at: number) {
  const oldest = at - oldestDays * dayMs
  const expired = retentionDays === undefined ? 0 : at - retentionDays * dayMs
  const firstFit = lines.findIndex((line) => line.at >= Math.max(oldest, expired))
  const from = firstFit < 0 ? lines.length : firstFit
  const firstNew = lines.findIndex((line) => line.at > at + newestMs)
  const to = firstNew < 0 ? lines.length : firstNew
  const left = from === 0 ? undefined : expired > oldest ? 'expired' : 'tooOld'
  const rejected: Rejected = {
    ...(left && { [`${left}LogEventEndIndex`]: from }),
    ...(firstNew >= 0 && { tooNewLogEventStartIndex: firstNew }),
  }
  const isWhole = left === undefined && firstNew < 0
  return { fit: lines.slice(from, to), rejected: isWhole ? undefined : rejected }
}

/** Writes lines, which must be in order. @param draw gives ids for batches */
export function addLines(
  logs: LogStore,
  group: GroupRecord,
  stream: StreamRecord,
  lines: readonly Line[],
  { at, draw }: { readonly at: number; draw(): string },
): void {
  for (const cut of cutUp(lines)) {
    logs.addBatch(group, draw(), { stream: stream.name, ingestedAt: at, lines: cut })
  }
  const first = lines[0]?.at ?? at
  const last = lines.at(-1)?.at ?? at
  logs.putStream(group, stream, {
    ...stream,
    firstAt: Math.min(stream.firstAt ?? first, first),
    lastAt: Math.max(stream.lastAt ?? last, last),
    ingestedAt: at,
  })
}

function cutUp(lines: readonly Line[]): Line[][] {
  const cuts: Line[][] = []
  let cut: Line[] = []
  let bytes = 0
  for (const line of lines) {
    const weight = weightOf({ lines: [line] })
    const isFull = bytes + weight > batchBytesMax || cut.length >= batchLinesMax
    if (cut[0] && (isFull || line.at - cut[0].at >= spanMs)) {
      cuts.push(cut)
      cut = []
      bytes = 0
    }
    cut.push(line)
    bytes += weight
  }
  return cut.length > 0 ? [...cuts, cut] : cuts
}
