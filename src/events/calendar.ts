/**
 * Rules that fire by the clock. Whoever moves a rule's next instant on in the store has fired it: that
 * and the event are one commit, so that of many nodes exactly one does.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
import { randomUUID } from 'node:crypto'
import { type Clock, isoSeconds, minuteMs } from '../lib/clock.ts'
import type { Attempt, See } from '../store/attempt.ts'
import { ruleArn } from './arns.ts'
import type { Envelope } from './records.ts'
import { enqueue } from './router.ts'
import { readSchedule } from './schedule.ts'
import { EventReader, EventStore, isOfSchedule, type RulePlace } from './store.ts'

export interface CalendarPorts {
  readonly see: See
  attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T>
  readonly clock: Clock
  complain(thrown: unknown): void
}

const rulesPerRoundMax = 100

export class Calendar {
  readonly #ports: CalendarPorts
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> | undefined
  #isAsked = false
  #isClosed = false

  constructor(ports: CalendarPorts) {
    this.#ports = ports
    this.#wake()
  }

  /** What a commit changed. */
  note(changed: readonly string[]): void {
    if (changed.some(isOfSchedule)) this.#wake()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    await this.#round
  }

  #wake(): void {
    if (this.#isClosed) return
    this.#isAsked = true
    this.#round ??= this.#fireDue().finally(() => {
      this.#round = undefined
    })
  }

  async #fireDue(): Promise<void> {
    clearTimeout(this.#timer)
    let wait = minuteMs
    while (this.#isAsked && !this.#isClosed) {
      this.#isAsked = false
      try {
        wait = await this.#fireOnce()
      } catch (thrown) {
        this.#ports.complain(thrown)
      }
    }
    // Short enough for a clock that was set.
    this.#timer = setTimeout(() => this.#wake(), Math.min(minuteMs, wait)).unref()
  }

  /** How long there is nothing to do, in milliseconds. */
  async #fireOnce(): Promise<number> {
    const { see, attempt, clock } = this.#ports
    const first = await see((look) => new EventReader(look).firstScheduled(rulesPerRoundMax))
    const now = clock.now()
    for (const { at, place } of first) {
      if (at > now) return at - now
      await attempt((each) => this.#fire(each, place, at))
    }
    this.#isAsked = first.length > 0
    return minuteMs
  }

  async #fire(attempt: Attempt, place: RulePlace, at: number): Promise<void> {
    const store = new EventStore(attempt)
    const rule = store.findRule(place, place.bus, place.name)
    if (rule?.nextAt !== at) return
    const now = this.#ports.clock.now()
    // What was missed while nobody was here is made up for once, not as often as it was missed.
    const nextAt = readSchedule(rule.schedule ?? '')?.next(at, Math.max(now, at))
    const { nextAt: _fired, ...rest } = rule
    store.putRule(place, rule, nextAt === undefined ? rest : { ...rest, nextAt })
    await enqueue(attempt, { rule, event: eventOf(place, at), bus: place.bus }, now)
  }
}

const eventOf = ({ account, region, bus, name }: RulePlace, at: number): Envelope => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account,
  time: isoSeconds(at),
  region,
  resources: [ruleArn({ account, region }, bus, name)],
  detail: {},
})
