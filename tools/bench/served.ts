/** A house under measurement: `strongroom serve` as a process of its own, furnished over the wire. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Signer } from '../../src/sigv4/sign.ts'
import { send, type Target } from './press.ts'
import { readRoot } from './root.ts'
import { command, near, type Stage, type Started, type StartOptions } from './stage.ts'
import { alone, bytesOf, call, type Order } from './wire.ts'

export interface Served extends Started, Target {
  readonly child: Started['child']
  readonly url: string
  readonly root: Signer
  readonly data: string
}

export interface ServeOptions extends StartOptions {
  readonly data?: string
  readonly flags?: readonly string[]
  /** For Node itself. */
  readonly nodeFlags?: readonly string[]
  /** Another program than the one that users start. */
  readonly program?: string
  /** How many secrets it is furnished with; those of the hot read, unless told otherwise. */
  readonly secrets?: number
}

const { scripts } = JSON.parse(readFileSync(near('../../package.json'), 'utf8'))
/** What `npm start` says to Node. */
const startFlags: readonly string[] = scripts.start.match(/--\S+/g) ?? []

export async function serve(stage: Stage, options: ServeOptions = {}): Promise<Served> {
  const { data = stage.path(), flags = [], nodeFlags = startFlags, program = command } = options
  const args = ['serve', '--listen', '127.0.0.1:0', '--data', data, ...flags]
  const started = await stage.start([...nodeFlags, program, ...args], /listens on (\S+)\n/, options)
  const { port, protocol } = new URL(started.said)
  return {
    ...started,
    ...{ data, url: started.said, port: Number(port), isTls: protocol === 'https:' },
    root: readRoot(join(data, 'root-credentials')),
  }
}

export const nameOf = (n: number): string => `bench/secret-${n}`

const plainOf = (n: number): string =>
  JSON.stringify({ username: 'app', password: `not-a-secret-${n}` })

export const secretsOrder = (operation: string, input: object): Order => ({
  ...{ service: 'secretsmanager', operation },
  input,
})

export const readOrder = (n: number): Order =>
  secretsOrder('GetSecretValue', { SecretId: nameOf(n) })

/** A new value; its token makes it a change of its own each time. */
export const writeOrder = (n: number): Order =>
  secretsOrder('PutSecretValue', {
    ...{ SecretId: nameOf(n), SecretString: plainOf(n) },
    ClientRequestToken: randomUUID(),
  })

const atOnce = 32

/** Makes what `make` makes so many times, some at once. */
export async function many<T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  for (let n = 0; n < count; n += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, count - n) }, (_, at) => make(n + at))
    made.push(...(await Promise.all(some)))
  }
  return made
}

export const createOrder = (n: number): Order =>
  secretsOrder('CreateSecret', {
    ...{ Name: nameOf(n), SecretString: plainOf(n), ClientRequestToken: randomUUID() },
  })

/** The secrets of the hot read. The first is made alone: with it comes the key of all. */
export async function makeSecrets(stage: Stage, { url, root, ...target }: Served, count: number) {
  await call(url, root, createOrder(0))
  const others = Array.from({ length: count - 1 }, (_, n) => bytesOf(url, root, createOrder(n + 1)))
  await send(stage, target, others)
}

export interface User {
  readonly name: string
  readonly keys: Signer
}

/** A user who may do these actions to everything. */
export async function makeUser(
  { url }: Pick<Served, 'url'>,
  root: Signer,
  name: string,
  actions: readonly string[],
): Promise<User> {
  const iam = (operation: string, input: object) =>
    call(url, root, { service: 'iam', operation, input: { UserName: name, ...input } })
  await iam('CreateUser', {})
  if (actions.length > 0) {
    const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }]
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await iam('PutUserPolicy', { PolicyName: 'bench', PolicyDocument })
  }
  const made = await iam('CreateAccessKey', {})
  const member = (of: string) => new RegExp(`<${of}>([^<]+)<`).exec(made)?.[1] ?? ''
  const keys = { accessKeyId: member('AccessKeyId'), secretAccessKey: member('SecretAccessKey') }
  return { name, keys }
}

/** How the hot read is made: so many users over so many secrets. */
export const hot = { secrets: 1000, users: 20, connections: 64 }

const hotActions = [
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutSecretValue',
  'secretsmanager:ListSecrets',
]

export interface Furnished extends Served {
  readonly users: readonly User[]
}

/** A house with the secrets and the users of the hot read. */
export async function furnished(stage: Stage, options: ServeOptions = {}): Promise<Furnished> {
  const house = await serve(stage, options)
  await makeSecrets(stage, house, options.secrets ?? hot.secrets)
  const users = await many(hot.users, (n) => makeUser(house, house.root, `user-${n}`, hotActions))
  return { ...house, users }
}

/** The same house on the same data, started otherwise. */
export async function restarted(
  stage: Stage,
  house: Furnished,
  options: ServeOptions,
): Promise<Furnished> {
  await stage.end(house)
  return { ...(await serve(stage, { ...options, data: house.data })), users: house.users }
}

/** The bytes of one order for each number, signed by the users in turn. */
export const callsBy = (
  { url, users }: Pick<Furnished, 'url' | 'users'>,
  count: number,
  order: (n: number) => Order,
): Buffer[] =>
  Array.from({ length: count }, (_, n) =>
    bytesOf(url, (users[n % users.length] as User).keys, order(n)),
  )

/** What the house answers to one read, as a file. */
export const bodyFile = async (stage: Stage, { url, root }: Served): Promise<string> =>
  stage.file(await call(url, root, readOrder(1)))

/** node:http, or with a certificate and its key node:https, that answers these bytes. */
export async function serveBare(
  stage: Stage,
  body: string,
  pair: readonly string[] = [],
): Promise<Started & Target> {
  const started = await stage.start([near('bare.ts'), body, ...pair], /(\d+)\n/)
  return { ...started, port: Number(started.said), isTls: pair.length > 0 }
}

/** A number of the page of metrics; several of one name are added up. */
export async function metric({ url }: Pick<Served, 'url'>, name: string): Promise<number> {
  const page = await (await fetch(`${url}/-/metrics`, { headers: [alone] })).text()
  const lines = page.split('\n').filter((line) => line.startsWith(name))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

/** Until nobody has anything of the audit to read any more. */
export async function settled(house: Pick<Served, 'url'>): Promise<void> {
  while ((await metric(house, 'strongroom_audit_lag_batches')) > 0) await sleep(100)
}
