/** Writes by ever more writers: what waits together shares one fsync. */
import { type Figure, type Measure, quotients } from '../measure.ts'
import { callsFile, each, inTurns, press, type Round } from '../press.ts'
import { callsBy, type Furnished, hot, metric, writeOrder } from '../served.ts'
import type { Stage } from '../stage.ts'

const writers = [1, 16, 64, 256] as const

/** Enough for every answer there may be: a call that is sent again changes nothing. */
const writesPerSecondMax = 2500

export const writes: Measure = {
  name: 'writes',
  about: 'PutSecretValue over 1,000 secrets by 1, 16, 64 and 256 writers',

  async run(stage, size, common) {
    const house = await common.house()
    const perCommit = new Map<number, number[]>()
    const candidates = writers.map((connections) => [
      String(connections),
      async () => {
        const before = await commitsOf(house)
        const round = await pressWrites(stage, house, connections, size.seconds)
        const answers = round.answers / ((await commitsOf(house)) - before)
        perCommit.set(connections, [...(perCommit.get(connections) ?? []), answers])
        return round
      },
    ])
    const seen = await inTurns(size, Object.fromEntries(candidates))
    return writers.flatMap((connections) =>
      figuresOf(connections, seen, perCommit.get(connections)?.slice(1) ?? []),
    )
  },
}

/** Every call is a change of its own, made before the time is taken. */
function pressWrites(
  stage: Stage,
  house: Furnished,
  connections: number,
  seconds: number,
): Promise<Round> {
  const count = Math.ceil(writesPerSecondMax * seconds)
  const calls = callsFile(
    stage,
    callsBy(house, count, (n) => writeOrder(n % hot.secrets)),
  )
  return press(stage, house, { connections, seconds, calls })
}

function figuresOf(
  connections: number,
  seen: Readonly<Record<string, readonly Round[]>>,
  perCommit: readonly number[],
): Figure[] {
  const [one = [], these = []] = [seen['1'], seen[String(connections)]]
  const of = `${connections} writer${connections === 1 ? '' : 's'}`
  const figures: Figure[] = [
    { name: of, unit: '/s', better: 'more', rounds: each(these, 'perSecond') },
    { name: `${of}, p99`, unit: 'ms', better: 'less', rounds: each(these, 'p99') },
    { name: `${of}, answers`, unit: 'per commit', better: 'more', rounds: perCommit },
  ]
  if (connections === 1) return figures
  const rounds = quotients(each(these, 'perSecond'), each(one, 'perSecond'))
  const goal = connections === 64 ? { goal: 6 } : {}
  return [{ name: `${of} against one`, unit: 'x', better: 'more', rounds, ...goal }, ...figures]
}

/** How many batches were committed, each with one fsync, as the house itself counts them. */
const commitsOf = (house: Furnished): Promise<number> =>
  metric(house, 'strongroom_audit_batches_total')
