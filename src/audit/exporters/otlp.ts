/**
 * Records as OpenTelemetry logs, by OTLP over HTTP in its JSON form.
 *
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp
 * https://opentelemetry.io/docs/specs/otel/logs/data-model/
 */
import type { AuditRecord } from '../copies.ts'
import { post } from './post.ts'
import type { Sink } from './sink.ts'

export interface OtlpTarget {
  readonly url: URL
  /** What the collector asks for, such as a key of its own. */
  readonly headers: Readonly<Record<string, string>>
}

const severities = { info: [9, 'INFO'], warn: [13, 'WARN'] } as const

/** The operator's own collector: it may live anywhere. */
export const otlp = ({ url, headers }: OtlpTarget): Sink => ({
  async send(records) {
    const body = JSON.stringify({ resourceLogs: [resourceLogsOf(records)] })
    const answer = await post({
      url: logsUrl(url),
      headers: { ...headers, 'Content-Type': 'application/json' },
      body,
      mayBePrivate: true,
    })
    mustBeWhole(answer)
  },
  close() {},
})

/** A collector's bare address means its path for logs. */
const logsUrl = (url: URL): URL => (url.pathname === '/' ? new URL('/v1/logs', url) : url)

/** A collector may take some and refuse others; what it refused would be lost without a word. */
function mustBeWhole(answer: string): void {
  let rejected: unknown
  try {
    rejected = JSON.parse(answer || '{}').partialSuccess?.rejectedLogRecords
  } catch {
    return // it answered 2xx; its words are its own
  }
  if (Number(rejected ?? 0) > 0)
    throw new Error(`the collector refused ${Number(rejected)} records`)
}

const resourceLogsOf = (records: readonly AuditRecord[]) => ({
  resource: { attributes: [attribute('service.name', 'strongroom')] },
  scopeLogs: [{ scope: { name: 'strongroom.audit' }, logRecords: records.map(logRecordOf) }],
})

function logRecordOf(record: AuditRecord) {
  const [severityNumber, severityText] = severities[record.errorCode ? 'warn' : 'info']
  const { arn, type } = record.userIdentity
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['cloud.account.id', record.recipientAccountId],
    ['cloud.region', record.awsRegion],
    ['aws.event_source', record.eventSource],
    ['aws.event_id', record.eventID],
    ['aws.request_id', record.requestID],
    ['user.id', arn ?? type],
    ['client.address', record.sourceIPAddress ?? undefined],
    ['error.type', record.errorCode],
  ]
  return {
    timeUnixNano: `${Date.parse(record.eventTime)}000000`,
    observedTimeUnixNano: `${Date.parse(record.eventTime)}000000`,
    eventName: record.eventName,
    severityNumber,
    severityText,
    body: { stringValue: JSON.stringify(record) },
    attributes: facts.flatMap(([key, value]) => (value ? [attribute(key, value)] : [])),
  }
}

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
