/**
 * Spans of requests, as OpenTelemetry has them: one for each answer, and inside it one for its commit. They
 * wait in a bounded queue and are sent behind the answers; what does not fit is dropped and counted.
 * Nothing of a request's content is in them.
 *
 * https://www.w3.org/TR/trace-context/
 * https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp-request
 */
import { randomBytes } from 'node:crypto'

/** Whose trace a request is part of. */
export interface TraceContext {
  readonly traceId: string
  /** Absent where the trace begins here. */
  readonly parentId?: string
}

type Headers = readonly (readonly [name: string, value: string])[]

const w3cForm = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/
const rootForm = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/
const parentForm = /^[0-9a-f]{16}$/

/** `undefined` where the sender does not want it traced. */
export function contextIn(headers: Headers): TraceContext | undefined {
  let amazon: string | undefined
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    if (lower === 'traceparent') {
      const [, traceId, parentId, flags = '00'] = w3cForm.exec(value) ?? []
      const isSampled = (Number.parseInt(flags, 16) & 1) === 1
      if (traceId && parentId) return isSampled ? { traceId, parentId } : undefined
    } else if (lower === 'x-amzn-trace-id') amazon = value
  }
  return amazon === undefined ? { traceId: newId(16) } : contextOf(amazon)
}

function contextOf(header: string): TraceContext | undefined {
  const parts = new Map(
    header.split(';', 8).map((part) => {
      const at = part.indexOf('=')
      return [part.slice(0, at).trim(), part.slice(at + 1).trim()] as const
    }),
  )
  if (parts.get('Sampled') === '0') return undefined
  const [, time, rest] = rootForm.exec(parts.get('Root') ?? '') ?? []
  const traceId = time && rest ? time + rest : newId(16)
  const parentId = parts.get('Parent') ?? ''
  return parentForm.test(parentId) && time ? { traceId, parentId } : { traceId }
}

const newId = (bytes: number): string => randomBytes(bytes).toString('hex')

/** What is told of one request. Instants are milliseconds since 1970, with fractions. */
export interface Served {
  readonly context: TraceContext
  readonly service: string
  readonly operation: string
  readonly region: string
  readonly requestId: string
  readonly code: string
  readonly startedAt: number
  /** When all was done but the commit, if it came so far. */
  readonly ranAt: number | undefined
  readonly endedAt: number
}

export interface TracePorts {
  /** Sends one body to the collector. Throws when it has to be sent again. */
  send(body: string): Promise<void>
  complain(thrown: unknown): void
}

const waitingMax = 8192
const perSendMax = 512
const everyMs = 1000

export class Tracer {
  readonly #ports: TracePorts
  readonly #timer: NodeJS.Timeout
  #waiting: object[] = []
  #sending: Promise<void> | undefined
  #isFailing = false
  dropped = 0

  constructor(ports: TracePorts) {
    this.#ports = ports
    this.#timer = setInterval(() => this.#flush(), everyMs)
    this.#timer.unref()
  }

  note(served: Served): void {
    if (this.#waiting.length + 2 > waitingMax) {
      this.dropped += 2
      return
    }
    this.#waiting.push(...spansOf(served))
    if (this.#waiting.length >= perSendMax) this.#flush()
  }

  /** Sends what waits, once; what cannot be sent then is dropped. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#sending
    while (this.#waiting.length > 0) {
      this.#flush()
      await this.#sending
      if (this.#isFailing) return
    }
  }

  #flush(): void {
    if (this.#sending || this.#waiting.length === 0) return
    const some = this.#waiting.slice(0, perSendMax)
    this.#sending = this.#send(some).finally(() => {
      this.#sending = undefined
    })
  }

  async #send(some: readonly object[]): Promise<void> {
    try {
      await this.#ports.send(JSON.stringify({ resourceSpans: [resourceSpansOf(some)] }))
      this.#waiting.splice(0, some.length)
      this.#isFailing = false
    } catch (thrown) {
      if (!this.#isFailing) this.#ports.complain(thrown)
      this.#isFailing = true
    }
  }
}

const resourceSpansOf = (spans: readonly object[]) => ({
  resource: { attributes: [attribute('service.name', 'strongroom')] },
  scopeSpans: [{ scope: { name: 'strongroom.requests' }, spans }],
})

const server = 2
const internal = 1
const failed = 2

function spansOf(served: Served): object[] {
  const { context, service, operation, code, startedAt, ranAt, endedAt } = served
  const spanId = newId(8)
  const { traceId, parentId } = context
  const whole = {
    ...{ traceId, spanId, ...(parentId && { parentSpanId: parentId }) },
    ...{ name: `${service}/${operation}`, kind: server, ...during(startedAt, endedAt) },
    attributes: [
      attribute('rpc.system', 'aws-api'),
      attribute('rpc.service', service),
      attribute('rpc.method', operation),
      attribute('cloud.region', served.region),
      attribute('aws.request_id', served.requestId),
      ...(code === 'ok' ? [] : [attribute('error.type', code)]),
    ],
    status: code === 'ok' ? {} : { code: failed },
  }
  if (ranAt === undefined) return [whole]
  const commit = {
    ...{ traceId, spanId: newId(8), parentSpanId: spanId },
    ...{ name: 'commit', kind: internal, ...during(ranAt, endedAt) },
  }
  return [whole, commit]
}

const during = (from: number, to: number) => ({
  startTimeUnixNano: nanos(from),
  endTimeUnixNano: nanos(to),
})

const nanos = (at: number): string => `${Math.round(at * 1000)}000`

const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } })
