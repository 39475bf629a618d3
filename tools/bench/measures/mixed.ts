/** Reads with a write among every twenty calls, beside reads alone. */
import { type Measure, quotients } from '../measure.ts'
import { callsFile, each, inTurns, press } from '../press.ts'
import { callsBy, hot, readOrder, writeOrder } from '../served.ts'

const callsPerWrite = 20

/** Enough for every answer there may be: a write that is sent again changes nothing. */
const callsPerSecondMax = 10_000

export const mixed: Measure = {
  name: 'mixed',
  about: `95 reads to 5 writes, ${hot.connections} connections, against reads alone`,

  async run(stage, size, common) {
    const house = await common.house()
    const reads = callsBy(house, hot.secrets, readOrder)
    const { connections } = hot
    const { seconds } = size
    const pressMixed = () => {
      const writes = callsBy(house, (callsPerSecondMax * seconds) / callsPerWrite, (n) =>
        writeOrder((n * callsPerWrite) % hot.secrets),
      )
      const others = callsPerWrite - 1
      const all = writes.flatMap((write, n) => [write, ...turn(reads, n * others, others)])
      return press(stage, house, { connections, seconds, calls: callsFile(stage, all) })
    }
    const calls = callsFile(stage, reads)
    const seen = await inTurns(size, {
      mixed: pressMixed,
      reads: () => press(stage, house, { connections, seconds, calls }),
    })
    const rate = each(seen.mixed, 'perSecond')
    const cost = each(seen.mixed, 'microseconds')
    return [
      {
        ...{ name: 'requests/s of reads alone', unit: 'x', better: 'more' },
        rounds: quotients(rate, each(seen.reads, 'perSecond')),
      },
      {
        ...{ name: 'CPU against reads alone', unit: 'x', better: 'less' },
        rounds: quotients(cost, each(seen.reads, 'microseconds')),
      },
      { name: 'requests/s', unit: '/s', better: 'more', rounds: rate },
      { name: 'CPU per request', unit: 'µs', better: 'less', rounds: cost },
      { name: 'p99', unit: 'ms', better: 'less', rounds: each(seen.mixed, 'p99') },
    ]
  },
}

/** So many of these from there on, round and round. */
const turn = (calls: readonly Buffer[], from: number, count: number): Buffer[] =>
  Array.from({ length: count }, (_, n) => calls[(from + n) % calls.length] as Buffer)
