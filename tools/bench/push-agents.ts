/**
 * Agents of the push benchmark, in a process of their own. Where an agent's log says that it keeps another
 * version, it is asked by HTTP as an application does; when all have given the value that was named
 * on standard input, the instants at which they did are printed. argv: COUNT SECRET
 */
import { once } from 'node:events'
import { get, Agent as HttpAgent, type IncomingMessage } from 'node:http'
import { createInterface } from 'node:readline'
import { json } from 'node:stream/consumers'
import { type Agent, startAgent } from '../../src/agent/agent.ts'
import { settingsOf } from '../../src/agent/settings.ts'

const [count = '1', secret = ''] = process.argv.slice(2)
const token = process.env.AWS_TOKEN ?? ''

/** An agent, and whom to wake when it keeps something new. */
interface Seen {
  agent: Agent | undefined
  wake: () => void
}

const all: Seen[] = []
for (let n = 0; n < Number(count); n++) {
  const settings = settingsOf({
    listen: [{ host: '127.0.0.1', port: 0 }],
    logLevel: 'debug',
    secretsTtlMs: 3_600_000,
  })
  const seen: Seen = { agent: undefined, wake: () => undefined }
  const write = (line: string) => (line.includes('is kept') ? seen.wake() : undefined)
  seen.agent = await startAgent({ settings, environment: process.env, write })
  all.push(seen)
}

const keepAlive = new HttpAgent({ keepAlive: true })

async function read({ agent }: Seen): Promise<string> {
  const headers = { 'X-Aws-Parameters-Secrets-Token': token }
  const sent = get(`${agent?.urls[0]}/v1/${secret}`, { headers, agent: keepAlive })
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return ((await json(response)) as { SecretString: string }).SecretString
}

async function seenAt(seen: Seen, value: string): Promise<number> {
  for (;;) {
    const { promise, resolve } = Promise.withResolvers<void>()
    seen.wake = resolve
    if ((await read(seen)) === value) return Date.now()
    await promise
  }
}

await Promise.all(all.map(read))
process.stdout.write('ready\n')
const lines = createInterface({ input: process.stdin })
lines.on('line', async (value) => {
  const instants = await Promise.all(all.map((seen) => seenAt(seen, value)))
  process.stdout.write(`${JSON.stringify(instants)}\n`)
})
await once(lines, 'close')
process.exit(0)
