/**
 * Runs Lambda functions: finds or opens an environment for each invocation, keeps it warm, closes it
 * when it is old, idle, or of code that has changed.
 */
import { setTimeout as wait } from 'node:timers/promises'
import { Admission } from './admission.ts'
import { type Environment, openEnvironment } from './environment.ts'
import {
  CannotRun,
  type Deployed,
  type Invocation,
  type Isolation,
  type Outcome,
  type Ports,
  type Runners,
  TooBusy,
} from './function.ts'
import { describe } from './isolation.ts'
import { defaultLimits, type Limits } from './limits.ts'
import { openWorkshop, type Site, type Workshop } from './workshop.ts'

export interface RunnersOptions extends Site {
  readonly ports: Ports
  readonly limits?: Partial<Limits>
  /** Run functions even where they could read what the server's user can read. */
  readonly acceptsNoIsolation?: boolean
}

/** Nothing is started before the first invocation. */
export const openRunners = (options: RunnersOptions): Runners => new Fleet(options)

const sweepMilliseconds = 10_000

class Fleet implements Runners {
  readonly #options: RunnersOptions
  readonly #limits: Limits
  readonly #admission: Admission
  readonly #working = new Set<Environment>()
  /** The one that rests the longest first. */
  readonly #resting = new Set<Environment>()
  /** Those that work, and whose code or settings have changed meanwhile. */
  readonly #outdated = new WeakSet<Environment>()
  #workshop: Promise<Workshop> | undefined
  #sweeping: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(options: RunnersOptions) {
    this.#options = options
    this.#limits = { ...defaultLimits, ...options.limits }
    this.#admission = new Admission(this.#limits)
  }

  async invoke(deployed: Deployed, invocation: Invocation): Promise<Outcome> {
    if (this.#isClosed) throw new TooBusy('ConcurrentInvocationLimitExceeded')
    const { parts } = await this.#open()
    if (parts.sandboxes.level === 'process' && !this.#options.acceptsNoIsolation)
      throw noIsolation()
    await this.#admission.enter(deployed)
    let environment: Environment
    try {
      if (this.#isClosed) throw new TooBusy('ConcurrentInvocationLimitExceeded')
      environment = (await this.#findWarm(deployed)) ?? (await this.#openCold(deployed, parts))
    } catch (thrown) {
      this.#admission.leave(deployed)
      throw thrown
    }
    try {
      return await environment.invoke(invocation, () => this.#giveBack(environment))
    } catch (thrown) {
      void environment.end('failure')
      this.#giveBack(environment)
      throw thrown
    }
  }

  forget(arn: string): void {
    for (const environment of this.#resting) {
      if (environment.deployed.arn === arn) this.#retire(environment)
    }
    for (const environment of this.#working) {
      if (environment.deployed.arn === arn) this.#outdated.add(environment)
    }
  }

  async isolation(): Promise<Isolation> {
    const { parts } = await this.#open()
    return describe(parts.sandboxes.level)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#sweeping)
    this.#admission.close()
    const environments = [...this.#resting, ...this.#working]
    await Promise.all(environments.map((environment) => environment.end('spindown')))
    const workshop = await this.#workshop?.catch(() => undefined)
    workshop?.close()
  }

  #open(): Promise<Workshop> {
    const { ports } = this.#options
    const milliseconds = Math.min(sweepMilliseconds, this.#limits.idleMilliseconds)
    this.#sweeping ??= setInterval(() => this.#sweep(), milliseconds).unref()
    this.#workshop ??= openWorkshop(this.#options, ports, this.#limits)
    return this.#workshop
  }

  /** One that rests; or one that has replied and will rest in a moment, which costs less than a new one. */
  async #findWarm(deployed: Deployed): Promise<Environment | undefined> {
    const warm = this.#takeWarm(deployed)
    if (warm) return warm
    const { arn, version } = deployed
    const settling = [...this.#working].find(
      (other) => other.deployed.arn === arn && other.deployed.version === version && other.settling,
    )
    if (!settling) return undefined
    await Promise.race([settling.settling, wait(this.#limits.settleMilliseconds)])
    return this.#takeWarm(deployed)
  }

  /** The one that rested last: it is the likeliest to be in the machine's caches. */
  #takeWarm(deployed: Deployed): Environment | undefined {
    for (const environment of [...this.#resting].reverse()) {
      const { arn, version, revisionId } = environment.deployed
      if (arn !== deployed.arn || version !== deployed.version) continue
      if (revisionId !== deployed.revisionId || !environment.isUsable) {
        this.#retire(environment)
        continue
      }
      this.#resting.delete(environment)
      this.#working.add(environment)
      return environment
    }
    return undefined
  }

  async #openCold(deployed: Deployed, parts: Workshop['parts']): Promise<Environment> {
    this.#makeRoom()
    const environment = await openEnvironment(deployed, parts)
    this.#working.add(environment)
    if (this.#isClosed) void environment.end('spindown')
    return environment
  }

  /** For one more that works, warm ones give way: the longest unused first. */
  #makeRoom(): void {
    const { environmentsMax, memoryMegabytesMax } = this.#limits
    const { count, megabytes } = this.#admission.working
    let countAll = count + this.#resting.size
    let megabytesAll = megabytes
    for (const { deployed } of this.#resting) megabytesAll += deployed.memoryMegabytes
    for (const environment of this.#resting) {
      if (countAll <= environmentsMax && megabytesAll <= memoryMegabytesMax) return
      countAll--
      megabytesAll -= environment.deployed.memoryMegabytes
      this.#retire(environment)
    }
  }

  #giveBack(environment: Environment): void {
    this.#working.delete(environment)
    if (this.#isClosed || this.#outdated.has(environment) || !environment.isUsable) {
      void environment.end('spindown')
    } else {
      this.#resting.add(environment)
    }
    this.#admission.leave(environment.deployed)
  }

  #retire(environment: Environment): void {
    this.#resting.delete(environment)
    void environment.end('spindown')
  }

  #sweep(): void {
    const now = performance.now()
    for (const environment of this.#resting) {
      const isOld = now - environment.restingSince > this.#limits.idleMilliseconds
      if (isOld || !environment.isUsable) this.#retire(environment)
    }
  }
}

const noIsolation = () =>
  new CannotRun(
    'Functions are not run here: nothing would keep them from the files and the memory of this server. Run the server as root, or let its user make user namespaces.',
  )
