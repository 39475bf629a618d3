/**
 * One execution environment: its processes, its Runtime API, its log; one invocation at a time. Warm,
 * it is used again; after a time-out, a crash or too much memory it is thrown away.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { ShutdownReason } from './extensions.ts'
import type { Deployed, Invocation, Outcome } from './function.ts'
import { type Furniture, furnish, type Parts } from './furniture.ts'
import {
  exited,
  extensionFailed,
  printEnd,
  printExit,
  printReport,
  printStart,
  printTimeout,
  timedOut,
  tooLarge,
} from './report.ts'
import { Watch } from './watch.ts'
import type { Reply } from './work.ts'

/** What became of an invocation, or of the start: the runtime's word, or why there is none. */
type Course =
  | Reply
  | { readonly kind: 'exit'; readonly how: string | undefined }
  | { readonly kind: 'time' }
  | { readonly kind: 'extension' }

/** Throws what keeps it from being built: no role, no code, no runtime. That it then fails is its first outcome. */
export async function openEnvironment(deployed: Deployed, parts: Parts): Promise<Environment> {
  const stack = new AsyncDisposableStack()
  try {
    return new Environment(deployed, parts, await furnish(deployed, parts, stack), stack)
  } catch (thrown) {
    await stack.disposeAsync()
    throw thrown
  }
}

export class Environment {
  readonly deployed: Deployed
  /** Present from its reply until it is ready for the next, or has ended. */
  settling: Promise<void> | undefined
  /** When it began to wait, by the monotonic clock. */
  restingSince = performance.now()
  readonly #parts: Parts
  readonly #furniture: Furniture
  readonly #stack: AsyncDisposableStack
  readonly #watch: Watch
  readonly #startedAt = performance.now()
  /** How it ended by itself; never otherwise. */
  readonly #broken: Promise<Course>
  #ended: Promise<void> | undefined
  #initMilliseconds: number | undefined
  #isFirst = true
  #extensionsLeft: number
  readonly #extensionsGone = Promise.withResolvers<void>()

  constructor(deployed: Deployed, parts: Parts, furniture: Furniture, stack: AsyncDisposableStack) {
    this.deployed = deployed
    this.#parts = parts
    this.#furniture = furniture
    this.#stack = stack
    this.#extensionsLeft = furniture.extensions
    const { promise, resolve } = Promise.withResolvers<Course>()
    this.#broken = promise
    const { session, sandbox } = furniture
    session.failed.then(resolve)
    sandbox.child.once('exit', (code, signal) => {
      resolve({ kind: 'exit', how: printExit(code, signal) })
      void this.end('failure')
    })
    sandbox.child.stdio[3]?.on('data', (chunk) => this.#noteExtension(String(chunk), resolve))
    sandbox.child.stdio[3]?.on('error', () => {}) // it was killed
    this.#watch = new Watch(sandbox.pid, deployed.memoryMegabytes, parts.limits, () => {
      resolve({ kind: 'exit', how: 'signal: killed' })
      void this.end('failure')
    })
    stack.defer(() => this.#watch.stop())
  }

  /** Whether it may be given another invocation at this instant. */
  get isUsable(): boolean {
    const { ports, limits } = this.#parts
    const { session, credentialsExpireAt } = this.#furniture
    if (this.#ended !== undefined || !session.isReady) return false
    return ports.clock.now() < credentialsExpireAt - limits.credentialMarginMilliseconds
  }

  /**
   * Runs one invocation. Resolves as soon as the runtime has replied.
   *
   * @param settled called once: it is ready for the next, or it has ended
   */
  async invoke(invocation: Invocation, settled: () => void): Promise<Outcome> {
    const { log } = this.#furniture
    const { requestId } = invocation
    this.#watch.work()
    log.begin()
    const start = await this.#start()
    log.note(printStart(requestId, this.deployed.version))
    const begunAt = performance.now()
    const deadline = Date.now() + this.deployed.timeoutSeconds * 1000
    const course = start ?? (await this.#run(invocation, deadline))
    // What the function wrote before it replied is in the pipe: one turn of the loop brings it here.
    await turn()
    await turn()
    this.#conclude(requestId, course, performance.now() - begunAt)
    this.settling = this.#settle(course, deadline).then(() => {
      this.settling = undefined
      settled()
    })
    const outcome = this.#outcomeOf(course, requestId)
    return invocation.wantsTail ? { ...outcome, tail: log.tail() } : outcome
  }

  /** Throws everything away. External extensions that asked for it are told, and have two seconds. */
  end(reason: ShutdownReason): Promise<void> {
    this.#ended ??= this.#end(reason)
    return this.#ended
  }

  /** Waits for a runtime that starts; what kept it from starting, if something did. */
  async #start(): Promise<Course | undefined> {
    if (!this.#isFirst) return undefined
    this.#isFirst = false
    const { initMilliseconds } = this.#parts.limits
    // AWS starts over when the first 10 s were not enough, within the function's own time. We go on waiting.
    const time = initMilliseconds + this.deployed.timeoutSeconds * 1000
    const start = await this.#before(time, this.#furniture.session.ready)
    this.#initMilliseconds = performance.now() - this.#startedAt
    return start
  }

  #run(invocation: Invocation, deadlineAt: number): Promise<Course> {
    const { session } = this.#furniture
    const time = deadlineAt - Date.now()
    return this.#before(time, session.work({ invocation, deadlineAt })) as Promise<Course>
  }

  /** What is awaited, unless the environment breaks or the time is over before. */
  async #before<T>(milliseconds: number, awaited: Promise<T>): Promise<T | Course> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<Course>((resolve) => {
      timer = setTimeout(() => resolve({ kind: 'time' }), milliseconds)
    })
    try {
      return await Promise.race([awaited, this.#broken, late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** The platform's lines at the end of an invocation. */
  #conclude(requestId: string, course: Course, milliseconds: number): void {
    const { log } = this.#furniture
    const { timeoutSeconds, memoryMegabytes } = this.deployed
    const isLate = course.kind === 'time'
    log.endLines()
    if (isLate) log.note(printTimeout(this.#parts.ports.clock.now(), requestId, timeoutSeconds))
    log.note(printEnd(requestId))
    log.note(
      printReport({
        ...{ requestId, memoryMegabytes, initMilliseconds: this.#initMilliseconds },
        milliseconds: isLate ? timeoutSeconds * 1000 : milliseconds,
        usedMegabytes: this.#watch.peakMegabytes(),
        status: statuses[course.kind],
      }),
    )
    log.flush()
    this.#initMilliseconds = undefined
  }

  /** Ready for the next, or ended. */
  async #settle(course: Course, deadline: number): Promise<void> {
    const hasReplied = course.kind === 'response' || course.kind === 'error'
    if (!hasReplied && course.kind !== 'too large') {
      return this.end(course.kind === 'time' ? 'timeout' : 'failure')
    }
    const time = Math.max(0, deadline - Date.now())
    const late = await this.#before(time, this.#furniture.session.settled())
    if (late) return this.end(late.kind === 'time' ? 'timeout' : 'failure')
    this.restingSince = performance.now()
    this.#watch.rest()
  }

  #outcomeOf(course: Course, requestId: string): Outcome {
    switch (course.kind) {
      case 'response':
        return { payload: course.body }
      case 'error':
        return { payload: course.body, error: 'Unhandled' }
      case 'too large':
        return tooLarge(this.#parts.limits.payloadBytesMax)
      case 'time':
        return timedOut(requestId, this.deployed.timeoutSeconds)
      case 'extension':
        return extensionFailed(requestId, 'Extension.Crash')
      case 'exit':
        return exited(requestId, course.how)
    }
  }

  #noteExtension(text: string, broken: (course: Course) => void): void {
    this.#extensionsLeft -= text.split('\n').length - 1
    if (this.#extensionsLeft <= 0) this.#extensionsGone.resolve()
    if (this.#ended !== undefined) return
    broken({ kind: 'extension' })
    void this.end('failure')
  }

  async #end(reason: ShutdownReason): Promise<void> {
    const { session, sandbox } = this.#furniture
    const { shutdownMilliseconds } = this.#parts.limits
    const isAlive = sandbox.child.exitCode === null && sandbox.child.signalCode === null
    if (isAlive && session.extensions.wantShutdown) {
      session.extensions.shutdown(reason, Date.now() + shutdownMilliseconds)
      await Promise.race([this.#extensionsGone.promise, pause(shutdownMilliseconds)])
    }
    const drained = Promise.all([sandbox.child.stdout, sandbox.child.stderr].map(closed))
    await this.#stack.disposeAsync()
    await Promise.race([drained, pause(outputMilliseconds)])
    this.#furniture.log.flush()
  }
}

/** What the pipes still hold after everybody inside was killed is read for this long. */
const outputMilliseconds = 1000

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, milliseconds).unref())

const closed = (output: Readable | null): Promise<unknown> | undefined =>
  output && !output.closed ? once(output, 'close') : undefined

const statuses: Readonly<Record<string, 'timeout' | 'error'>> = {
  time: 'timeout',
  exit: 'error',
  extension: 'error',
}
