/**
 * What the Runtime API and the Extensions API of one environment have in common: who is ready, what
 * is under way, and which call may be made now. No bytes and no processes: those are others' work.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import { Extensions } from './extensions.ts'
import type { Refused, Reply, Work } from './work.ts'

type State = 'starting' | 'ready' | 'working' | 'answered' | 'failed'

export class Session {
  readonly extensions: Extensions
  /** Resolves once the runtime and every extension are ready for the first time. */
  readonly ready: Promise<undefined>
  /** Resolves if the runtime or an extension says that it could not start. */
  readonly failed: Promise<Reply>
  #state: State = 'starting'
  #deliver: ((work: Work) => void) | undefined
  #work: Work | undefined
  #reply: ((reply: Reply) => void) | undefined
  #settle: (() => void) | undefined
  readonly #becomeReady: () => void
  readonly #fail: (reply: Reply) => void

  /** @param external names of the extensions that are started beside the runtime and must register */
  constructor(external: readonly string[]) {
    const ready = Promise.withResolvers<undefined>()
    const failed = Promise.withResolvers<Reply>()
    this.ready = ready.promise
    this.failed = failed.promise
    this.#becomeReady = () => ready.resolve(undefined)
    this.#fail = failed.resolve
    this.extensions = new Extensions(external, {
      changed: () => this.#look(),
      failed: (body) => this.#fail({ kind: 'error', body }),
    })
  }

  /** Whether extensions may still register. */
  get isStarting(): boolean {
    return this.#state === 'starting'
  }

  /** Whether the runtime waits for work at this instant. */
  get isReady(): boolean {
    return this.#state === 'ready' && this.#deliver !== undefined
  }

  /**
   * The runtime asks for work. The returned function is for when it hangs up.
   *
   * @param deliver called with the work, once there is some
   */
  next(deliver: (work: Work) => void): Refused | (() => void) {
    const mayAsk = this.#state === 'starting' || this.#state === 'answered'
    if (!mayAsk || this.#deliver) return notNow(this.#state, 'ready')
    this.#deliver = deliver
    this.#look()
    return () => {
      if (this.#deliver === deliver) this.#deliver = undefined
    }
  }

  /** Gives work to the runtime and to the extensions that asked for it; resolves with the reply. */
  work(work: Work): Promise<Reply> {
    const deliver = this.#deliver
    if (this.#state !== 'ready' || !deliver) throw new Error('work for a runtime that is not ready')
    const { promise, resolve } = Promise.withResolvers<Reply>()
    this.#state = 'working'
    this.#work = work
    this.#reply = resolve
    this.#deliver = undefined
    this.extensions.invoke(work)
    deliver(work)
    return promise
  }

  /** Resolves once runtime and extensions have asked for the next invocation. */
  settled(): Promise<undefined> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.#settle = () => resolve(undefined)
    this.#look()
    return promise
  }

  /** The runtime replies to the invocation of this id. */
  reply(requestId: string, reply: Reply): Refused | undefined {
    if (requestId !== this.#work?.invocation.requestId) {
      return { status: 400, errorType: 'InvalidRequestID', errorMessage: 'Invalid request ID' }
    }
    if (this.#state !== 'working') return notNow(this.#state, 'answered')
    this.#state = 'answered'
    this.#reply?.(reply)
    return undefined
  }

  /** The runtime says that it cannot start. */
  failInit(body: Uint8Array): Refused | undefined {
    if (this.#state !== 'starting') return notNow(this.#state, 'failed')
    this.#state = 'failed'
    this.#fail({ kind: 'error', body })
    return undefined
  }

  /** Something has changed: perhaps everybody is ready now. */
  #look(): void {
    if (!this.#deliver || !this.extensions.areReady) return
    if (this.#state === 'starting') {
      this.#state = 'ready'
      this.#becomeReady()
    } else if (this.#state === 'answered' && this.#settle) {
      this.#state = 'ready'
      this.#settle()
      this.#settle = undefined
    }
  }
}

const notNow = (from: State, to: State): Refused => ({
  status: 403,
  errorType: 'InvalidStateTransition',
  errorMessage: `State transition from ${from} to ${to} failed for runtime. Error: State transition is not allowed`,
})
