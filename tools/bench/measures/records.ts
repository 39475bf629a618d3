/** Growth with the audit: the same read behind a journal of many records. */
import { type Measure, quotients } from '../measure.ts'
import { callsFile, each, inTurns, press } from '../press.ts'
import { fillRecords } from '../records.ts'
import { callsBy, furnished, hot, readOrder, restarted, settled } from '../served.ts'
import { residentMiB } from '../stage.ts'

export const records: Measure = {
  name: 'records',
  about: 'the same read behind a long audit, against a short one',

  async run(stage, size, common) {
    const short = await common.house()
    const first = await furnished(stage)
    await stage.end(first)
    await fillRecords(first.data, size.records)
    const startedAt = performance.now()
    const long = await restarted(stage, first, {})
    const startMs = performance.now() - startedAt
    await settled(long)
    const indexedMs = performance.now() - startedAt
    const mebibytes = residentMiB(long.child)
    await common.warmed(long)
    const pressed = (house: typeof long) => {
      const calls = callsFile(stage, callsBy(house, hot.secrets, readOrder))
      const load = { connections: hot.connections, seconds: size.seconds / 2, calls }
      return () => press(stage, house, load)
    }
    const seen = await inTurns(size, { short: pressed(short), long: pressed(long) })
    const base = each(seen.short, 'microseconds')
    const rounds = quotients(each(seen.long, 'microseconds'), base)
    const at = `at ${size.records} records`
    return [
      { name: at, unit: 'x', better: 'less', rounds, goal: 1.2 },
      { name: 'with none', unit: 'µs', better: 'less', rounds: base },
      { name: `start ${at}`, unit: 'ms', better: 'less', rounds: [startMs] },
      { name: `index made ${at}`, unit: 'ms', better: 'less', rounds: [indexedMs] },
      { name: `memory ${at}`, unit: 'MiB', better: 'less', rounds: [mebibytes] },
    ]
  },
}
