/** The same reads on others that speak this wire: moto's server where it is installed, and what `--peer` names. */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Signer } from '../../../src/sigv4/sign.ts'
import { type Figure, type Measure, quotients, Skipped } from '../measure.ts'
import { callsFile, each, inTurns, press, type Round, type Target } from '../press.ts'
import { callsBy, createOrder, hot, readOrder } from '../served.ts'
import type { Stage } from '../stage.ts'
import { bytesOf, call } from '../wire.ts'

interface Peer extends Target {
  readonly name: string
  readonly url: string
  readonly keys: Signer
}

const motoGoal = 40

export const peers: Measure = {
  name: 'peers',
  about:
    'the same reads, the same client, in the same run: how many times as many a second as others answer',
  isLong: true,

  async run(stage, size, common) {
    const moto = await startMoto(stage)
    const all = [...(moto ? [moto] : []), ...size.peers.map(peerAt)]
    if (all.length === 0) throw new Skipped('moto_server is not installed and no --peer was named')
    const house = await common.house()
    const load = { connections: hot.connections, seconds: size.seconds }
    const pressed = (target: Target, bytes: readonly Buffer[]) => {
      const calls = callsFile(stage, bytes)
      return () => press(stage, target, { ...load, calls })
    }
    const candidates: [string, () => Promise<Round>][] = [
      ['ours', pressed(house, callsBy(house, hot.secrets, readOrder))],
    ]
    for (const peer of all) {
      // One by one: not everybody bears to be asked for several at once.
      for (let n = 0; n < hot.secrets; n++) await made(peer, n)
      const calls = Array.from({ length: hot.secrets }, (_, n) =>
        bytesOf(peer.url, peer.keys, readOrder(n)),
      )
      candidates.push([peer.name, pressed(peer, calls)])
    }
    const seen = await inTurns(size, Object.fromEntries(candidates))
    const ours = each(seen.ours ?? [], 'perSecond')
    return all.flatMap(({ name }) => against(name, ours, each(seen[name] ?? [], 'perSecond')))
  },
}

/** It may have been there from another run. */
async function made({ url, keys }: Peer, n: number): Promise<void> {
  await call(url, keys, createOrder(n)).catch((thrown: Error) => {
    if (!thrown.message.includes('ResourceExistsException')) throw thrown
  })
}

const against = (name: string, ours: readonly number[], theirs: readonly number[]): Figure[] => [
  {
    ...{ name: `requests/s of ${name}`, unit: 'x', better: 'more' },
    ...{ rounds: quotients(ours, theirs), ...(name === 'moto_server' && { goal: motoGoal }) },
  },
  { name, unit: '/s', better: 'more', rounds: theirs },
]

const peerAt = (url: string): Peer => {
  const { hostname, port, protocol, host } = new URL(url)
  const isTls = protocol === 'https:'
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'bench', AWS_SECRET_ACCESS_KEY = 'bench' } = process.env
  return {
    ...{ name: host, url, host: hostname, isTls, port: Number(port || (isTls ? 443 : 80)) },
    // Whoever answers there is no child of ours: its processor is not looked at.
    child: {},
    keys: { accessKeyId, secretAccessKey: AWS_SECRET_ACCESS_KEY },
  }
}

async function startMoto(stage: Stage): Promise<Peer | undefined> {
  if (spawnSync('moto_server', ['--help']).status !== 0) return undefined
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = stage.launch('moto_server', ['-H', '127.0.0.1', '-p', String(port)])
  const isUp = () =>
    fetch(url)
      .then(() => true)
      .catch(() => false)
  while (!(await isUp())) await sleep(100)
  const keys = { accessKeyId: 'bench', secretAccessKey: 'bench' }
  return { name: 'moto_server', url, port, child, keys }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
