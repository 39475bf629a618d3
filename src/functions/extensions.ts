/**
 * The extensions of one environment: programs beside the runtime (external) or threads in it
 * (internal) that are told of invocations and of the end.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
import { randomUUID } from 'node:crypto'
import type { Refused, Work } from './work.ts'

export type ShutdownReason = 'spindown' | 'timeout' | 'failure'

/** AWS's. */
const extensionsMax = 10

export interface Listener {
  /** Something that may make everybody ready. */
  changed(): void
  /** An extension could not start, or says that it ends. */
  failed(body: Uint8Array): void
}

interface Extension {
  readonly id: string
  readonly name: string
  readonly events: ReadonlySet<string>
  deliver: ((event: string) => void) | undefined
  /** Events that came before it asked. At most two: an invocation's and the end's. */
  readonly missed: string[]
}

export class Extensions {
  readonly #external: ReadonlySet<string>
  readonly #listener: Listener
  readonly #byId = new Map<string, Extension>()
  readonly #registered: Promise<void>
  readonly #allRegistered: () => void

  constructor(external: readonly string[], listener: Listener) {
    this.#external = new Set(external)
    this.#listener = listener
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#registered = promise
    this.#allRegistered = resolve
    this.#countExternal()
  }

  /** Resolves once each external one has registered: before that the runtime is not started. */
  get registered(): Promise<void> {
    return this.#registered
  }

  get areReady(): boolean {
    return (
      this.#missing() === 0 &&
      this.#all().every(({ deliver, events }) => deliver || events.size === 0)
    )
  }

  /** Whether somebody is to be told of the end. */
  get wantShutdown(): boolean {
    return this.#all().some(({ events }) => events.has('SHUTDOWN'))
  }

  /** The new extension's identifier. */
  register(name: string | undefined, events: unknown): Refused | string {
    if (!name || this.#all().some((other) => other.name === name)) return wrongName
    if (this.#byId.size >= extensionsMax) return tooMany
    const isExternal = this.#external.has(name)
    if (!areEvents(events, isExternal)) return wrongEvents
    const id = randomUUID()
    this.#byId.set(id, { id, name, events: new Set(events), deliver: undefined, missed: [] })
    this.#countExternal()
    return id
  }

  /** An extension asks for its next event. The returned function is for when it hangs up. */
  next(id: string | undefined, deliver: (event: string) => void): Refused | (() => void) {
    const extension = this.#find(id)
    if ('status' in extension) return extension
    if (extension.deliver) return wrongState
    const missed = extension.missed.shift()
    if (missed !== undefined) {
      deliver(missed)
      return () => {}
    }
    extension.deliver = deliver
    this.#listener.changed()
    return () => {
      if (extension.deliver === deliver) extension.deliver = undefined
    }
  }

  /** An extension says that it could not start, or that it ends for a reason. */
  fail(
    id: string | undefined,
    errorType: string | undefined,
    body: Uint8Array,
  ): Refused | undefined {
    const extension = this.#find(id)
    if ('status' in extension) return extension
    if (!errorType) return missingHeader
    this.#listener.failed(body)
    return undefined
  }

  has(id: string | undefined): Refused | undefined {
    const extension = this.#find(id)
    return 'status' in extension ? extension : undefined
  }

  invoke({ invocation, deadlineAt }: Work): void {
    this.#tell('INVOKE', {
      deadlineMs: deadlineAt,
      requestId: invocation.requestId,
      invokedFunctionArn: invocation.invokedArn,
      tracing: { type: 'X-Amzn-Trace-Id', value: invocation.traceId ?? '' },
    })
  }

  shutdown(shutdownReason: ShutdownReason, deadlineMs: number): void {
    this.#tell('SHUTDOWN', { shutdownReason, deadlineMs })
  }

  #tell(eventType: string, members: Record<string, unknown>): void {
    const event = JSON.stringify({ eventType, ...members })
    for (const extension of this.#all()) {
      if (!extension.events.has(eventType)) continue
      const { deliver } = extension
      extension.deliver = undefined
      if (deliver) deliver(event)
      else extension.missed.push(event)
    }
  }

  #find(id: string | undefined): Extension | Refused {
    if (!id)
      return refused('MissingExtensionIdentifier', 'Missing Lambda-Extension-Identifier header')
    if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) {
      return refused('InvalidExtensionIdentifier', 'Invalid Lambda-Extension-Identifier')
    }
    return this.#byId.get(id) ?? refused('UnknownExtensionIdentifier', 'Unknown extension')
  }

  #all(): Extension[] {
    return [...this.#byId.values()]
  }

  #missing(): number {
    const names = new Set(this.#all().map(({ name }) => name))
    return [...this.#external].filter((name) => !names.has(name)).length
  }

  #countExternal(): void {
    if (this.#missing() === 0) this.#allRegistered()
  }
}

/** Internal extensions end with the runtime: AWS does not let them ask for SHUTDOWN. */
function areEvents(events: unknown, isExternal: boolean): events is string[] {
  const known = isExternal ? ['INVOKE', 'SHUTDOWN'] : ['INVOKE']
  return Array.isArray(events) && events.every((event) => known.includes(event))
}

const refused = (name: string, errorMessage: string): Refused => ({
  status: 403,
  errorType: `Extension.${name}`,
  errorMessage,
})

const wrongName = refused('InvalidExtensionName', 'Invalid Lambda-Extension-Name')
const tooMany = refused('TooManyExtensions', `At most ${extensionsMax} extensions may register`)
const wrongEvents = refused('InvalidEventType', 'Invalid event type')
const wrongState = refused('InvalidExtensionState', 'The extension waits for an event already')
const missingHeader = refused(
  'MissingHeader',
  'Missing Lambda-Extension-Function-Error-Type header',
)

/** After the start nobody may join. */
export const registrationClosed = refused(
  'RegistrationClosed',
  'Extension registration closed already',
)
