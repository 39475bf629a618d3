/**
 * What the clients use: secrets, each a register of which version is current, and permissions, each a
 * register of whether a user may read a secret. Every call is made to whichever node is given.
 */
import { randomUUID } from 'node:crypto'
import type { Keys } from '../house.ts'
import { callJson, keepAlive, type RawAnswer, send } from '../raw.ts'
import type { History } from './history.ts'
import type { Deed } from './linearizable.ts'

/** Where a call goes to, and for how long its answer is waited for. */
export interface Via {
  readonly node: number
  readonly url: string
  readonly milliseconds: number
}

const agent = keepAlive(64)
/** Lets the connections go that clients kept. */
export const letGo = (): void => agent.destroy()

const asJson = (via: Via, keys: Keys, id: string, operation: string, input: object) =>
  callJson(`secretsmanager.${operation}`, input, {
    ...{ url: via.url, keys, agent },
    userAgent: id,
    signal: AbortSignal.timeout(via.milliseconds),
  })

function asQuery(via: Via, keys: Keys, id: string, input: Record<string, string>) {
  const body = new URLSearchParams({ Version: '2010-05-08', ...input }).toString()
  return send({
    ...{ url: via.url, keys, agent, service: 'iam', body },
    headers: [
      ['Content-Type', 'application/x-www-form-urlencoded'],
      ['User-Agent', id],
    ],
    signal: AbortSignal.timeout(via.milliseconds),
  })
}

/** The fault that an answer tells. */
const codeOf = ({ body }: RawAnswer): string =>
  /"__type":"([^"]+)"|<Code>([^<]+)</.exec(body)?.slice(1).find(Boolean) ?? ''

/** Too many at the same record: nothing was done. */
const busy = new Set(['ThrottlingException', 'Throttling'])

/** By the fault, what an answer says; whatever is in no row is a surprise. */
const mustBe = (answer: RawAnswer, faults: Readonly<Record<string, Deed | undefined>> = {}) => {
  const code = codeOf(answer)
  if (Object.hasOwn(faults, code)) return faults[code]
  if (busy.has(code)) return undefined
  throw new Error(`${answer.status} ${answer.body}`)
}

export class SharedSecret {
  readonly name: string
  readonly #root: Keys
  readonly #history: History
  /** What some client saw last, latest last. */
  readonly #seen: string[] = []

  constructor(name: string, root: Keys, history: History) {
    this.name = name
    this.#root = root
    this.#history = history
  }

  /** Its first version, which everybody finds. */
  async create(via: Via): Promise<string> {
    const version = randomUUID()
    const input = {
      Name: this.name,
      SecretString: secretText(version),
      ClientRequestToken: version,
    }
    const { status, body } = await asJson(via, this.#root, 'create', 'CreateSecret', input)
    if (status !== 200) throw new Error(body)
    this.#see(version)
    return version
  }

  read(via: Via): Promise<RawAnswer | undefined> {
    return this.#history.record({
      ...{ object: this.name, node: via.node, deed: { kind: 'read', value: '' } },
      send: (id) => asJson(via, this.#root, id, 'GetSecretValue', { SecretId: this.name }),
      read: (answer) => {
        if (answer.status !== 200) return mustBe(answer)
        const { VersionId, SecretString } = JSON.parse(answer.body)
        if (SecretString !== secretText(VersionId)) throw new Error('a value of another version')
        this.#see(VersionId)
        return { kind: 'read', value: VersionId }
      },
    })
  }

  write(via: Via): Promise<RawAnswer | undefined> {
    const version = randomUUID()
    const deed = { kind: 'write', value: version } as const
    const input = {
      ...{ SecretId: this.name, SecretString: secretText(version), ClientRequestToken: version },
    }
    return this.#history.record({
      ...{ object: this.name, node: via.node, deed },
      send: (id) => asJson(via, this.#root, id, 'PutSecretValue', input),
      read: (answer) => (answer.status === 200 ? this.#done(deed) : mustBe(answer)),
    })
  }

  /** Moves AWSCURRENT from what was seen last to what was seen before. */
  move(via: Via): Promise<RawAnswer | undefined> {
    const [value, from] = this.#seen.slice(-2)
    if (value === undefined || from === undefined) return this.read(via)
    const deed = { kind: 'move', from, value } as const
    const input = { SecretId: this.name, VersionStage: 'AWSCURRENT' }
    const move = { ...input, RemoveFromVersionId: from, MoveToVersionId: value }
    return this.#history.record({
      ...{ object: this.name, node: via.node, deed },
      send: (id) => asJson(via, this.#root, id, 'UpdateSecretVersionStage', move),
      read: (answer) => (answer.status === 200 ? this.#done(deed) : mustBe(answer, elsewhere)),
    })
  }

  #done(deed: Deed): Deed {
    this.#see(deed.value)
    return deed
  }

  #see(version: string): void {
    if (this.#seen.at(-1) === version) return
    this.#seen.push(version)
    if (this.#seen.length > 2) this.#seen.shift()
  }
}

/** It is current elsewhere by now: said of an instant that the register does not tell. */
const elsewhere = { InvalidParameterException: undefined }

const secretText = (version: string): string => `value of ${version}`

export const allowed = 'allowed'
export const denied = 'denied'

export class Permission {
  readonly name: string
  readonly #secret: string
  readonly #root: Keys
  readonly #history: History
  #keys: Keys | undefined
  #policy = ''

  /** @param secret what the user may read, while the policy is attached */
  constructor(name: string, secret: string, root: Keys, history: History) {
    this.name = name
    this.#secret = secret
    this.#root = root
    this.#history = history
  }

  /** A user with a key and a policy that is not attached. */
  async create(via: Via): Promise<void> {
    const ask = async (input: Record<string, string>) => {
      const { status, body } = await asQuery(via, this.#root, 'create', input)
      if (status !== 200) throw new Error(body)
      return body
    }
    const Effect = 'Allow'
    const Statement = [{ Effect, Action: 'secretsmanager:GetSecretValue', Resource: '*' }]
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    const UserName = this.name
    await ask({ Action: 'CreateUser', UserName })
    this.#policy = textOf(
      await ask({ Action: 'CreatePolicy', PolicyName: `of-${this.name}`, PolicyDocument }),
      'Arn',
    )
    const made = await ask({ Action: 'CreateAccessKey', UserName })
    const [accessKeyId, secretAccessKey] = ['AccessKeyId', 'SecretAccessKey'] as const
    this.#keys = {
      accessKeyId: textOf(made, accessKeyId),
      secretAccessKey: textOf(made, secretAccessKey),
    }
  }

  read(via: Via): Promise<RawAnswer | undefined> {
    const keys = this.#keys
    if (!keys) throw new Error(`${this.name} was not made`)
    return this.#history.record({
      ...{ object: this.name, node: via.node, deed: { kind: 'read', value: '' } },
      send: (id) => asJson(via, keys, id, 'GetSecretValue', { SecretId: this.#secret }),
      read: (answer) =>
        answer.status === 200
          ? { kind: 'read', value: allowed }
          : mustBe(answer, { AccessDeniedException: { kind: 'read', value: denied } }),
    })
  }

  grant(via: Via): Promise<RawAnswer | undefined> {
    return this.#change(via, 'AttachUserPolicy', { kind: 'write', value: allowed })
  }

  /** Of what is not attached, the answer says so, which is a reading. */
  revoke(via: Via): Promise<RawAnswer | undefined> {
    const absent = { NoSuchEntity: { kind: 'read', value: denied } } as const
    return this.#change(via, 'DetachUserPolicy', { kind: 'write', value: denied }, absent)
  }

  #change(via: Via, Action: string, deed: Deed, faults: Record<string, Deed> = {}) {
    const input = { Action, UserName: this.name, PolicyArn: this.#policy }
    return this.#history.record({
      ...{ object: this.name, node: via.node, deed },
      send: (id) => asQuery(via, this.#root, id, input),
      read: (answer) => (answer.status === 200 ? deed : mustBe(answer, faults)),
    })
  }
}

const textOf = (xml: string, name: string): string =>
  new RegExp(`<${name}>([^<]+)<`).exec(xml)?.[1] ?? ''
