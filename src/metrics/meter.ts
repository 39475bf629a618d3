/**
 * The house's own metrics, as Prometheus reads them. What each request adds is a few numbers in objects
 * that are found by one look-up; everything else is asked for when somebody reads. No label ever holds
 * a name that a caller chose: services, operations and codes are those of the contracts.
 *
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Snapshot, Sums } from './sums.ts'

/** A value with its labels. */
export interface Reading {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
}

/** Something that is asked for when metrics are read. */
export interface Source {
  readonly name: string
  readonly help: string
  readonly labelNames?: readonly string[]
  /** Whether the value only grows. */
  readonly isTotal?: boolean
  read(): readonly Reading[] | Promise<readonly Reading[]>
}

/** One answer, as it is counted. */
export interface Answered {
  readonly service: string
  readonly operation: string
  /** `ok`, or the fault's code. */
  readonly code: string
  readonly seconds: number
}

interface Tally {
  readonly codes: Map<string, { inc(): void }>
  readonly duration: { observe(seconds: number): void }
}

const requestSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]
const commitSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5]
const batchItems = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

export class Meter {
  readonly #registry = new Registry()
  readonly #tallies = new Map<string, Map<string, Tally>>()
  readonly #requests: Counter<'service' | 'operation' | 'code'>
  readonly #durations: Histogram<'service' | 'operation'>
  readonly #strangers: Counter<'code'>
  readonly #batches: Histogram
  readonly #commits: Histogram
  readonly #rotations: Counter<'outcome'>
  readonly #complain: (thrown: unknown) => void

  /** @param complain told when a source cannot be read */
  constructor(complain: (thrown: unknown) => void) {
    this.#complain = complain
    const registers = [this.#registry]
    this.#requests = new Counter({
      name: 'strongroom_requests_total',
      help: 'Answers by service, operation and code; ok where there was no fault.',
      labelNames: ['service', 'operation', 'code'],
      registers,
    })
    this.#durations = new Histogram({
      name: 'strongroom_request_duration_seconds',
      help: 'From the last byte of a request to its answer, the commit included.',
      labelNames: ['service', 'operation'],
      buckets: requestSeconds,
      registers,
    })
    this.#strangers = new Counter({
      name: 'strongroom_unauthenticated_total',
      help: 'Requests whose sender could not be told, by the code that they were refused with.',
      labelNames: ['code'],
      registers,
    })
    this.#batches = new Histogram({
      name: 'strongroom_commit_batch_size',
      help: 'How many attempts shared one commit of the store.',
      buckets: batchItems,
      registers,
    })
    this.#commits = new Histogram({
      name: 'strongroom_commit_duration_seconds',
      help: 'How long a commit of the store took.',
      buckets: commitSeconds,
      registers,
    })
    this.#rotations = new Counter({
      name: 'strongroom_rotations_total',
      help: 'Rotations of secrets by outcome.',
      labelNames: ['outcome'],
      registers,
    })
    collectDefaultMetrics({ register: this.#registry })
  }

  answered({ service, operation, code, seconds }: Answered): void {
    const tally = this.#tallyOf(service, operation)
    const counted = tally.codes.get(code) ?? this.#codeOf(tally, { service, operation, code })
    counted.inc()
    tally.duration.observe(seconds)
  }

  refusedStranger(code: string): void {
    this.#strangers.inc({ code })
  }

  committed(items: number, seconds: number): void {
    this.#batches.observe(items)
    this.#commits.observe(seconds)
  }

  rotated(outcome: string): void {
    this.#rotations.inc({ outcome })
  }

  /** Adds what is read when somebody asks. One that fails is left out, and told. */
  add({ name, help, labelNames = [], isTotal = false, read }: Source): void {
    const complain = this.#complain
    const collect = async function (this: {
      reset(): void
      inc(labels: object, value: number): void
    }) {
      this.reset()
      try {
        for (const { labels = {}, value } of await read()) this.inc(labels, value)
      } catch (thrown) {
        complain(thrown)
      }
    }
    const registers = [this.#registry]
    const settings = { name, help, labelNames: [...labelNames], registers, collect }
    if (isTotal) new Counter(settings)
    else new Gauge(settings)
  }

  /** All of it, as text; with what others say that they counted, where there are others. */
  async print(sums?: Sums): Promise<string> {
    return sums ? sums.print(await this.snapshot()) : this.#registry.metrics()
  }

  /** All of it, for whoever sums it up. */
  snapshot(): Promise<Snapshot> {
    return this.#registry.getMetricsAsJSON()
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** The names of all metrics. */
  names(): string[] {
    return this.#registry.getMetricsAsArray().map(({ name }) => name)
  }

  #tallyOf(service: string, operation: string): Tally {
    let ofService = this.#tallies.get(service)
    if (!ofService) {
      ofService = new Map()
      this.#tallies.set(service, ofService)
    }
    let tally = ofService.get(operation)
    if (!tally) {
      tally = { codes: new Map(), duration: this.#durations.labels(service, operation) }
      ofService.set(operation, tally)
    }
    return tally
  }

  #codeOf({ codes }: Tally, { service, operation, code }: Omit<Answered, 'seconds'>) {
    const counted = this.#requests.labels(service, operation, code)
    codes.set(code, counted)
    return counted
  }
}
