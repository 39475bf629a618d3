/** CloudWatch, wired: alarms are evaluated on one timer, and their functions invoked by the door of services. */
import { randomUUID } from 'node:crypto'
import type { AccountId } from './lib/brand.ts'
import type { Clock } from './lib/clock.ts'
import { minuteMs } from './lib/clock.ts'
import type { EnterAs } from './server/inside.ts'
import {
  type Acting,
  AlarmWatch,
  Fresh,
  MetricStore,
  MetricSweeper,
  measured,
  takeActions,
  takeIn,
} from './services/cloudwatch/index.ts'
import type { Measure } from './services/logs/index.ts'
import type { Attempt } from './store/attempt.ts'
import type { Store } from './store/store.ts'
import type { World } from './world.ts'

interface Parts {
  readonly world: World
  readonly clock: Clock
  readonly store: Store
  readonly enterAs: EnterAs
}

export interface Alarming {
  /** Told which series have something new. */
  touched(seriesId: string): void
  /** Adds what metric filters found to their metrics. */
  readonly measure: Measure
  /** How many alarms there are. */
  count(): number
  /** Begins to look, with what became due while nobody was here. */
  start(): void
  /** Clears away a part of what time has left. */
  sweep(): Promise<void>
  close(): Promise<void>
}

const everyMs = 1000

export function openAlarming({ world, clock, store, enterAs }: Parts): Alarming {
  const complain = (thrown: unknown) => world.complain(`alarms: ${thrown}`)
  const fresh = new Fresh()
  const port = {
    ...{ clock, fresh, complain },
    see: store.see,
    attempt: <T>(run: (attempt: Attempt) => T | Promise<T>) => store.attempt(run),
  }
  const watch = new AlarmWatch(port)
  const sweeper = new MetricSweeper(port)
  const acting = { ...port, invoke: invokeBy(enterAs) }
  const teller = new Once(complain)
  let round: Promise<void> = Promise.resolve()
  let isBusy = false
  const turn = () => {
    if (isBusy) return
    isBusy = true
    round = teller
      .run(async () => {
        await watch.look()
        await takeActions(acting)
      })
      .finally(() => {
        isBusy = false
      })
  }
  let timer: NodeJS.Timeout | undefined
  return {
    touched: fresh.note,
    measure: measureBy(fresh, clock),
    count: () => watch.count,
    start() {
      turn()
      timer = setInterval(turn, world.alarmsEveryMs ?? everyMs)
    },
    sweep: () => sweeper.sweep(clock.now()),
    async close() {
      clearInterval(timer)
      await round
    },
  }
}

/** What fails each second is told once a minute. */
class Once {
  readonly #complain: (thrown: unknown) => void
  #toldAt = Number.NEGATIVE_INFINITY

  constructor(complain: (thrown: unknown) => void) {
    this.#complain = complain
  }

  async run(errand: () => Promise<void>): Promise<void> {
    try {
      await errand()
    } catch (thrown) {
      const now = performance.now()
      if (now - this.#toldAt < minuteMs) return
      this.#toldAt = now
      this.#complain(thrown)
    }
  }
}

/** What no metric can be made for any more is left out: lines are kept all the same. */
const measureBy =
  (fresh: Fresh, clock: Clock): Measure =>
  async (attempt, { account, region }, hits) => {
    if (hits.length === 0) return
    const found = hits.map(({ namespace, name, dimensions, unit, at, value }) => ({
      metric: { namespace, name, dimensions },
      point: measured(at, unit, [value]),
    }))
    const shelf = { account: account as AccountId, region }
    const taking = { at: clock.now(), newId: randomUUID, touched: fresh.note }
    await takeIn(new MetricStore(attempt), shelf, found, taking)
  }

const principal = 'lambda.alarms.cloudwatch.amazonaws.com'

/** The function's own policy decides. */
const invokeBy =
  (enterAs: EnterAs): Acting['invoke'] =>
  async ({ shelf, alarmArn: sourceArn, actionArn, payload }) => {
    const input = {
      FunctionName: actionArn,
      InvocationType: 'Event',
      Payload: new Uint8Array(Buffer.from(payload)),
    }
    const errand = { service: 'lambda', operation: 'Invoke', input }
    await enterAs({ principal, ...shelf, sourceArn }, errand)
  }
