/**
 * The other processes of a house: started, kept at their number, and ended. One that ends of itself is
 * replaced at once, as is one that does not answer any more; one that never lives long is tried ever more
 * seldom, and the page of health says so.
 */
import { type ChildProcess, fork } from 'node:child_process'
import type { Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Handlers, Line, LineCut } from './line.ts'

export interface CrewOptions {
  /** How many, this process not counted. */
  readonly count: number
  /** The program of each. */
  readonly file: URL
  /** The door that all share. */
  readonly server: Server
  /** What each is told first. */
  opening(): unknown
  /** What it may ask and tell, by the number of its process. */
  handlers(pid: number): Handlers
  /** One has ended. */
  left(pid: number): void
  /** How long one may take to end. */
  readonly drainMilliseconds: number
  complain(words: string): void
}

interface Member {
  readonly child: ChildProcess
  readonly line: Line
  readonly startedAt: number
  /** When it answers, or has ended without. */
  readonly settled: Promise<void>
  readonly gone: Promise<void>
  isReady: boolean
  /** How often it was asked since it last answered. */
  unanswered: number
}

/** Whoever lived so long did not fail by how it was started. */
const soundMilliseconds = 10_000
const delayMilliseconds = 100
const delayMillisecondsMax = 10_000
/** How often each is asked whether it lives, and how many of these it may leave unanswered. */
const pulseMilliseconds = 2000
const unansweredMax = 5
/** How long one may take to say what it counted. */
const answerMilliseconds = 1000

export class Crew {
  readonly #options: CrewOptions
  readonly #members = new Set<Member>()
  #failures = 0
  /** While it rests, nobody is replaced. */
  #isResting = true
  #pulse: NodeJS.Timeout | undefined
  #turn: Promise<void> = Promise.resolve()

  constructor(options: CrewOptions) {
    this.#options = options
  }

  /** Resolves when each answers, or has failed to once: then it is tried again. */
  async start(): Promise<void> {
    this.#isResting = false
    this.#pulse ??= setInterval(() => this.#feel(), pulseMilliseconds).unref()
    for (let n = 0; n < this.#options.count; n++) this.#hire()
    await Promise.all([...this.#members].map(({ settled }) => settled))
  }

  /** How many answer. */
  get ready(): number {
    return [...this.#members].filter(({ isReady }) => isReady).length
  }

  get isWhole(): boolean {
    return this.ready === this.#options.count
  }

  tell(told: string, value?: unknown): void {
    for (const { line } of this.#members) line.tell(told, value)
  }

  /** What each says that answers in time. */
  async askAll<Answer>(asked: string): Promise<Answer[]> {
    const asking = [...this.#members]
      .filter(({ isReady }) => isReady)
      .map(({ line }) => soon(line.ask<Answer>(asked)))
    return (await Promise.all(asking)).filter((answer) => answer !== undefined)
  }

  /** Runs while this process is alone: the others have answered what they took, and are started anew. */
  alone(run: () => Promise<void>): Promise<void> {
    const next = this.#turn.then(async () => {
      const isOver = this.#isResting
      await this.#dismiss()
      await run().finally(() => (isOver ? undefined : this.start()))
    })
    this.#turn = next.catch(() => {})
    return next
  }

  /** Resolves when all have answered what they took, and are gone. */
  async close(): Promise<void> {
    await this.#dismiss()
    await this.#turn
    await this.#dismiss()
  }

  async #dismiss(): Promise<void> {
    this.#isResting = true
    clearInterval(this.#pulse)
    this.#pulse = undefined
    await Promise.all([...this.#members].map((member) => this.#end(member)))
  }

  /** Counted by turns of our own loop: while this process stands still, nobody is found to hang. */
  #feel(): void {
    for (const member of this.#members) {
      if (!member.isReady) continue
      if (member.unanswered++ === 0) {
        member.line.ask('pulse').then(
          () => {
            member.unanswered = 0
          },
          () => {},
        )
      } else if (member.unanswered === unansweredMax) this.#giveUp(member)
    }
  }

  #giveUp({ child }: Member): void {
    this.#options.complain(`worker ${child.pid} does not answer any more: it is ended`)
    child.kill('SIGKILL')
  }

  async #end({ line, child, gone }: Member): Promise<void> {
    line.tell('drain')
    const { drainMilliseconds } = this.#options
    const late = setTimeout(() => child.kill('SIGKILL'), drainMilliseconds + answerMilliseconds)
    await gone
    clearTimeout(late)
  }

  #hire(): void {
    const { file, opening, server, handlers } = this.#options
    const child = fork(file, [], {
      serialization: 'advanced',
      env: environment(),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const { promise: settled, resolve: settle } = Promise.withResolvers<void>()
    const { promise: gone, resolve: leave } = Promise.withResolvers<void>()
    const ready = () => {
      member.isReady = true
      settle()
    }
    const line = new Line(child, { ...handlers(child.pid ?? 0), ready })
    const startedAt = performance.now()
    const member: Member = {
      ...{ child, line, startedAt, settled, gone },
      ...{ isReady: false, unanswered: 0 },
    }
    this.#members.add(member)
    // One that cannot be started, or written to, is gone or will be.
    child.on('error', () => child.kill('SIGKILL'))
    child.once('close', () => {
      settle()
      leave()
      this.#left(member)
    })
    child.send(opening() as object, server)
  }

  #left(member: Member): void {
    member.line.cut()
    this.#members.delete(member)
    this.#options.left(member.child.pid ?? 0)
    if (this.#isResting) return
    const lived = performance.now() - member.startedAt
    this.#failures = member.isReady && lived >= soundMilliseconds ? 0 : this.#failures + 1
    const { exitCode, signalCode, pid } = member.child
    this.#options.complain(
      `worker ${pid} ended (${signalCode ?? exitCode}): another takes its place`,
    )
    const delay = this.#failures > 1 ? delayMilliseconds * 2 ** (this.#failures - 2) : 0
    setTimeout(() => this.#refill(), Math.min(delay, delayMillisecondsMax)).unref()
  }

  #refill(): void {
    if (!this.#isResting && this.#members.size < this.#options.count) this.#hire()
  }
}

/** `undefined` where it does not answer in time. */
async function soon<Answer>(asking: Promise<Answer>): Promise<Answer | undefined> {
  const late = sleep(answerMilliseconds, undefined, { ref: false })
  const answer = asking.catch((thrown) => {
    if (thrown instanceof LineCut) return undefined
    throw thrown
  })
  return Promise.race([answer, late])
}

/** What the machine tells its programs; what was told to this one stays here. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('STRONGROOM_')),
  )
