/** The hot read under TLS, beside bare node:https with the same certificate. */
import { generate } from 'selfsigned'
import type { Measure } from '../measure.ts'
import { callsFile, inTurns, press } from '../press.ts'
import { bodyFile, callsBy, furnished, hot, readOrder, restarted, serveBare } from '../served.ts'
import { besideBare } from './read.ts'

export const tls: Measure = {
  name: 'tls',
  about: 'the same read under TLS 1.3, against bare node:https',

  async run(stage, size, common) {
    const made = await generate([{ name: 'commonName', value: 'localhost' }], {
      algorithm: 'sha256',
    })
    const [cert, key] = [stage.file(made.cert), stage.file(made.private)]
    const plain = await furnished(stage)
    const bare = await serveBare(stage, await bodyFile(stage, plain), [cert, key])
    const flags = ['--tls-cert', cert, '--tls-key', key]
    const house = await common.warmed(await restarted(stage, plain, { flags }))
    const calls = callsFile(stage, callsBy(house, hot.secrets, readOrder))
    const load = { connections: hot.connections, seconds: size.seconds, calls }
    const seen = await inTurns(size, {
      ours: () => press(stage, house, load),
      bare: () => press(stage, bare, load),
    })
    return besideBare(seen, { perSecond: 0.7 })
  },
}
