/** Two processes on one data folder beside one; how far that goes depends on what else wants the cores. */
import { availableParallelism } from 'node:os'
import { type Figure, type Measure, quotients } from '../measure.ts'
import { callsFile, each, inTurns, press } from '../press.ts'
import { callsBy, furnished, hot, readOrder } from '../served.ts'

export const workers: Measure = {
  name: 'workers',
  about: `GetSecretValue by ${hot.users} users over ${hot.secrets} secrets, ${hot.connections} connections, --workers 2 against one process, on ${availableParallelism()} cores`,

  isLong: true,

  async run(stage, size, common) {
    const alone = await common.house()
    const shared = await common.warmed(await furnished(stage, { flags: ['--workers', '2'] }))
    const { connections } = hot
    const { seconds } = size
    const [callsAlone, callsShared] = [alone, shared].map((house) =>
      callsFile(stage, callsBy(house, hot.secrets, readOrder)),
    ) as [string, string]
    const { one, two } = await inTurns(size, {
      one: () => press(stage, alone, { connections, seconds, calls: callsAlone }),
      two: () => press(stage, shared, { connections, seconds, calls: callsShared }),
    })
    const share = (name: string, rounds: typeof one): Figure => ({
      ...{ name: `the load generator's share, ${name}`, unit: 'cores', better: 'less' },
      rounds: rounds.map((round) => round.cpuSeconds / round.seconds),
    })
    return [
      {
        ...{ name: 'requests/s of one process', unit: 'x', better: 'more' },
        rounds: quotients(each(two, 'perSecond'), each(one, 'perSecond')),
      },
      {
        ...{ name: 'CPU against one process', unit: 'x', better: 'less' },
        rounds: quotients(each(two, 'microseconds'), each(one, 'microseconds')),
      },
      { name: 'requests/s, two', unit: '/s', better: 'more', rounds: each(two, 'perSecond') },
      { name: 'requests/s, one', unit: '/s', better: 'more', rounds: each(one, 'perSecond') },
      { name: 'p99, two', unit: 'ms', better: 'less', rounds: each(two, 'p99') },
      { name: 'p99, one', unit: 'ms', better: 'less', rounds: each(one, 'p99') },
      share('two', two),
      share('one', one),
    ]
  },
}
