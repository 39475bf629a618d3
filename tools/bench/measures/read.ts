/** The hot read beside the limit: bare node:http that answers the same bytes. */
import { type Figure, type Measure, quotients } from '../measure.ts'
import { callsFile, each, inTurns, press } from '../press.ts'
import { callsBy, hot, readOrder } from '../served.ts'

export const read: Measure = {
  name: 'read',
  about: `GetSecretValue by ${hot.users} users over ${hot.secrets} secrets, ${hot.connections} connections, against bare node:http that answers the same bytes`,

  async run(stage, size, common) {
    const [house, bare] = [await common.house(), await common.bare()]
    const calls = callsFile(stage, callsBy(house, hot.secrets, readOrder))
    const { connections } = hot
    const { seconds } = size
    const seen = await inTurns(size, {
      ours: () => press(stage, house, { connections, seconds, calls }),
      bare: () => press(stage, bare, { connections, seconds, calls }),
      single: () => press(stage, house, { connections: 1, seconds, calls }),
      bareSingle: () => press(stage, bare, { connections: 1, seconds, calls }),
    })
    const { ours, single } = seen
    return [
      ...besideBare(seen, { perSecond: 0.5, microseconds: 2 }),
      { name: 'p50', unit: 'ms', better: 'less', rounds: each(ours, 'p50') },
      { name: 'p99', unit: 'ms', better: 'less', rounds: each(ours, 'p99') },
      ...quick(single, each(seen.bareSingle, 'p50')),
      {
        ...{ name: "the load generator's share", unit: 'cores', better: 'less' },
        rounds: ours.map((round) => round.cpuSeconds / round.seconds),
      },
    ]
  },
}

type Both = Readonly<Record<'ours' | 'bare', Parameters<typeof each>[0]>>

/** Requests per second and CPU of ours, each against the bare server's of the same round. */
export function besideBare(
  { ours, bare }: Both,
  goals: { readonly perSecond?: number; readonly microseconds?: number },
): readonly Figure[] {
  const [rate, bareRate] = [each(ours, 'perSecond'), each(bare, 'perSecond')]
  const [cost, bareCost] = [each(ours, 'microseconds'), each(bare, 'microseconds')]
  const { perSecond, microseconds } = goals
  return [
    {
      ...{ name: 'requests/s of bare', unit: 'x', better: 'more' },
      ...{ rounds: quotients(rate, bareRate), ...(perSecond && { goal: perSecond }) },
    },
    {
      ...{ name: 'CPU against bare', unit: 'x', better: 'less' },
      ...{ rounds: quotients(cost, bareCost), ...(microseconds && { goal: microseconds }) },
    },
    { name: 'requests/s', unit: '/s', better: 'more', rounds: rate },
    { name: 'requests/s, bare', unit: '/s', better: 'more', rounds: bareRate },
    { name: 'CPU per request', unit: 'µs', better: 'less', rounds: cost },
    { name: 'CPU per request, bare', unit: 'µs', better: 'less', rounds: bareCost },
  ]
}

/** One connection alone: how long an answer takes when nobody is before it. */
const quick = (single: Parameters<typeof each>[0], bare: readonly number[]): readonly Figure[] => [
  { name: 'one connection, p50', unit: 'ms', better: 'less', rounds: each(single, 'p50') },
  { name: 'one connection, p99', unit: 'ms', better: 'less', rounds: each(single, 'p99') },
  {
    ...{ name: 'one connection, p50 against bare', unit: 'x', better: 'less' },
    rounds: quotients(each(single, 'p50'), bare),
  },
]
