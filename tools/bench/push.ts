/**
 * Change push: from PutSecretValue's answer until an application that asks its agent gets the new value,
 * at 200 agents that all watch that secret. The agents share this machine with the house; an application
 * asks each as soon as its log says that it keeps something new. Run: node tools/bench/push.ts [--agents N] [--rounds N]
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { readRoot } from './root.ts'
import { command } from './stage.ts'
import { call } from './wire.ts'

const { values } = parseArgs({
  options: {
    agents: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '20' },
    processes: { type: 'string', default: '4' },
  },
})
const secret = 'bench/pushed'
const pauseMs = 1000

const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-'))
const children: ChildProcess[] = []

function start(args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, ...environment },
  })
  children.push(child)
  return { child, lines: createInterface({ input: child.stdout }) }
}

const hertz = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** CPU that a process has used so far. */
function cpuMs(child: ChildProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / hertz
}

async function lineOf(lines: Interface): Promise<string> {
  const [line] = (await once(lines, 'line')) as [string]
  return line
}

async function serve() {
  const data = join(folder, 'data')
  const house = start([command, 'serve', '--listen', '127.0.0.1:0', '--data', data])
  const url = /listens on (\S+)/.exec(await lineOf(house.lines))?.[1] ?? ''
  return { url, root: readRoot(join(data, 'root-credentials')) }
}

try {
  const { url, root } = await serve()
  const order = (operation: string, input: object) =>
    call(url, root, { service: 'secretsmanager', operation, input })
  const ClientRequestToken = () => crypto.randomUUID()
  const made = { Name: secret, SecretString: '0', ClientRequestToken: ClientRequestToken() }
  await order('CreateSecret', made)
  const processes = Number(values.processes)
  const environment = {
    AWS_TOKEN: 'bench',
    AWS_REGION: 'us-east-1',
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
  }
  const script = new URL('./push-agents.ts', import.meta.url).pathname
  const each = String(Math.ceil(Number(values.agents) / processes))
  const groups = Array.from({ length: processes }, () => start([script, each, secret], environment))
  await Promise.all(groups.map(({ lines }) => lineOf(lines)))
  await sleep(2000)
  const delays: number[] = []
  const cpuBefore = children.map(cpuMs)
  for (let round = 1; round <= Number(values.rounds); round++) {
    const seen = groups.map(({ lines }) => lineOf(lines))
    for (const { child } of groups) child.stdin?.write(`${round}\n`)
    await sleep(pauseMs)
    const input = { SecretId: secret, SecretString: String(round) }
    await order('PutSecretValue', { ...input, ClientRequestToken: ClientRequestToken() })
    const answeredAt = Date.now()
    for (const line of await Promise.all(seen)) {
      delays.push(...(JSON.parse(line) as number[]).map((at) => at - answeredAt))
    }
  }
  const [house = 0, ...apart] = children.map((child, n) => cpuMs(child) - (cpuBefore[n] ?? 0))
  const perChange = (ms: number) => (ms / Number(values.rounds)).toFixed(0)
  const agents = apart.reduce((sum, ms) => sum + ms, 0)
  delays.sort((a, b) => a - b)
  const at = (share: number) => delays[Math.floor((delays.length - 1) * share)] ?? 0
  console.log(`from PutSecretValue's answer to the new value at an application, ${delays.length} times
(${Number(each) * processes} agents in ${processes} processes):
  median ${at(0.5)} ms, p90 ${at(0.9)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms
  CPU per change: the house ${perChange(house)} ms, all agents with their applications ${perChange(agents)} ms`)
} finally {
  for (const child of children) {
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    await gone
  }
  rmSync(folder, { recursive: true, force: true })
}
