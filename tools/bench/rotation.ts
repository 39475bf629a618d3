/**
 * Secrets that are all due in one minute: how long until the last one is rotated, how many at a time,
 * and what memory that takes. The function runs in this process and calls the house over the wire, as
 * AWS's templates do; its login service is a map. Run: node tools/bench/rotation.ts [--secrets N]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parse } from 'ini'
import { readConfig } from '../../src/config.ts'
import { raise } from '../../src/house.ts'
import { call } from './wire.ts'

const { values } = parseArgs({ options: { secrets: { type: 'string', default: '1000' } } })
const count = Number(values.secrets)
const RotationLambdaARN = 'arn:aws:lambda:us-east-1:000000000000:function:rotate'
const logins = new Map<string, string>()
const invocations = { all: 0, now: 0, most: 0 }
const tested = new Set<string>()
const done = new Set<string>()
let isDue = false
let ahead = 0
const clock = { now: () => Date.now() + ahead }

interface Event {
  readonly Step: string
  readonly SecretId: string
  readonly ClientRequestToken: string
}

// biome-ignore lint/suspicious/noExplicitAny: answers are as many as operations
const ask = async (operation: string, input: object): Promise<any> =>
  JSON.parse(
    await call(house.url, keys, { service: 'secretsmanager', operation, input }, clock.now()),
  )

const read = async (SecretId: string, more: object): Promise<string> =>
  (await ask('GetSecretValue', { SecretId, ...more })).SecretString

const steps: Readonly<Record<string, (event: Event) => Promise<unknown>>> = {
  async createSecret({ SecretId, ClientRequestToken }) {
    const { RandomPassword: SecretString } = await ask('GetRandomPassword', {})
    const VersionStages = ['AWSPENDING']
    return ask('PutSecretValue', { SecretId, ClientRequestToken, SecretString, VersionStages })
  },
  async setSecret({ SecretId, ClientRequestToken: VersionId }) {
    logins.set(SecretId, await read(SecretId, { VersionId }))
  },
  async testSecret({ SecretId, ClientRequestToken: VersionId }) {
    if (logins.get(SecretId) !== (await read(SecretId, { VersionId }))) throw new Error('no login')
  },
  async finishSecret({ SecretId, ClientRequestToken: MoveToVersionId }) {
    const { VersionIdsToStages } = await ask('DescribeSecret', { SecretId })
    const holds = (id: string) => VersionIdsToStages[id].includes('AWSCURRENT')
    const RemoveFromVersionId = Object.keys(VersionIdsToStages).find(holds)
    const move = { VersionStage: 'AWSCURRENT', MoveToVersionId, RemoveFromVersionId }
    return ask('UpdateSecretVersionStage', { SecretId, ...move })
  },
}

async function invoke(_arn: string, _source: object, payload: Uint8Array): Promise<object> {
  const event: Event = JSON.parse(Buffer.from(payload).toString())
  if (!isDue) {
    tested.add(event.SecretId)
    return {}
  }
  invocations.all++
  invocations.most = Math.max(invocations.most, ++invocations.now)
  await steps[event.Step]?.(event)
  invocations.now--
  if (event.Step === 'finishSecret') done.add(event.SecretId)
  return {}
}

const dataPath = mkdtempSync(join(tmpdir(), 'strongroom-bench-'))
const house = await raise(readConfig({ listen: '127.0.0.1:0', data: dataPath }, {}), {
  functions: { mayInvoke: () => true, invoke },
  clock,
  complain: (words) => void process.stderr.write(`${words}\n`),
  fatal: (reason) => void process.stderr.write(`${reason}\n`),
})
const { strongroom = {} } = parse(readFileSync(house.credentialsPath, 'utf8'))
const keys = {
  accessKeyId: strongroom.aws_access_key_id,
  secretAccessKey: strongroom.aws_secret_access_key,
}

const RotationRules = { ScheduleExpression: 'rate(4 hours)' }
for (let n = 0; n < count; n++) {
  const ClientRequestToken = `made-${n}-`.padEnd(32, '0')
  const made = await ask('CreateSecret', { Name: `s/${n}`, SecretString: 'v', ClientRequestToken })
  logins.set(made.ARN, 'v')
  const wish = { SecretId: `s/${n}`, RotationLambdaARN, RotationRules, RotateImmediately: false }
  await ask('RotateSecret', { ...wish, ClientRequestToken: `asked-${n}-`.padEnd(32, '0') })
}
while (tested.size < count) await rest(100)

const rss = () => Math.round(process.memoryUsage.rss() / (1 << 20))
const before = rss()
let most = before
const watching = setInterval(() => {
  most = Math.max(most, rss())
}, 100)
const started = performance.now()
isDue = true
ahead = 4 * 60 * 60_000
while (done.size < count) await rest(100)
const seconds = (performance.now() - started) / 1000
clearInterval(watching)

let opening = 0
for (let n = 0; n < count; n++) {
  const { ARN, SecretString } = await ask('GetSecretValue', { SecretId: `s/${n}` })
  if (SecretString !== 'v' && logins.get(ARN) === SecretString) opening++
}
await house.down()
rmSync(dataPath, { recursive: true, force: true })
const facts = [
  `${count} secrets due at once: all rotated in ${seconds.toFixed(1)} s`,
  `${opening} of them open their login`,
  `${invocations.all} invocations, at most ${invocations.most} at a time`,
  `memory ${before} MiB before, ${most} MiB at most`,
]
process.stdout.write(`${facts.join('; ')}\n`)

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
