/** The hot read beside the barest program that does every step of it. */
import { type Measure, quotients } from '../measure.ts'
import { callsFile, each, inTurns, press } from '../press.ts'
import { callsBy, hot, readOrder } from '../served.ts'
import type { Setting } from '../spike.ts'
import { near } from '../stage.ts'

export const spike: Measure = {
  name: 'spike',
  isLong: true,
  about:
    'the same read, against a bare script that does its steps and nothing else: a signature, two decisions, one AES-GCM box, two records synced before the answer',

  async run(stage, size, common) {
    const [house, bare] = [await common.house(), await common.bare()]
    const setting: Setting = {
      databasePath: stage.path(),
      users: house.users.map(({ keys }) => keys),
      secrets: hot.secrets,
    }
    const path = stage.file(JSON.stringify(setting))
    const started = await stage.start([near('spike.ts'), path], /(\d+)\n/)
    const target = { ...started, port: Number(started.said) }
    const calls = callsFile(stage, callsBy(house, hot.secrets, readOrder))
    const load = { connections: hot.connections, seconds: size.seconds, calls }
    await common.warm(target, calls)
    const seen = await inTurns(size, {
      ours: () => press(stage, house, load),
      spike: () => press(stage, target, load),
      bare: () => press(stage, bare, load),
    })
    await stage.end(started)
    const [rate, spikeRate] = [each(seen.ours, 'perSecond'), each(seen.spike, 'perSecond')]
    const [cost, spikeCost] = [each(seen.ours, 'microseconds'), each(seen.spike, 'microseconds')]
    const bareRate = each(seen.bare, 'perSecond')
    return [
      {
        name: 'requests/s of the spike',
        unit: 'x',
        better: 'more',
        rounds: quotients(rate, spikeRate),
      },
      {
        name: 'CPU against the spike',
        unit: 'x',
        better: 'less',
        rounds: quotients(cost, spikeCost),
      },
      {
        name: 'the spike, of bare',
        unit: 'x',
        better: 'more',
        rounds: quotients(spikeRate, bareRate),
      },
      { name: 'requests/s, the spike', unit: '/s', better: 'more', rounds: spikeRate },
      { name: 'CPU per request, the spike', unit: 'µs', better: 'less', rounds: spikeCost },
    ]
  },
}
