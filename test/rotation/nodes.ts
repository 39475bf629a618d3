/**
 * Secrets Manager behind the corridor without a wire, and several rotation engines on its one store, as
 * several nodes would be. A node can be paused, as SIGSTOP pauses a process, and killed.
 */
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { AccountId, Arn } from '../../src/lib/brand.ts'
import type { Caller } from '../../src/lib/caller.ts'
import { Draws } from '../../src/lib/draws.ts'
import { Fault } from '../../src/lib/fault.ts'
import { PageTokens } from '../../src/lib/page.ts'
import { Sealer } from '../../src/lib/sealer.ts'
import { RotationEngine, type RotationLimits } from '../../src/rotation/engine.ts'
import type { EventName, Invoke, Place } from '../../src/rotation/ports.ts'
import { TurnReader } from '../../src/rotation/store.ts'
import { TurnSweeper } from '../../src/rotation/sweep.ts'
import type { Turn } from '../../src/rotation/turn.ts'
import { answer } from '../../src/server/answer.ts'
import { kms } from '../../src/services/kms/index.ts'
import type { Service } from '../../src/services/operation.ts'
import { Duty, secretsManager } from '../../src/services/secretsmanager/index.ts'
import { Codec } from '../../src/store/collection.ts'
import { Store } from '../../src/store/store.ts'
import { sqliteBench } from '../engines/sqlite.ts'

export const account = '000000000000' as AccountId
export const region = 'us-east-1'

const root: Caller = {
  kind: 'root',
  account,
  arn: `arn:aws:iam::${account}:root` as Arn,
  principalId: account,
  tags: {},
}

export interface Told {
  readonly name: EventName | 'RotationAbandoned' | string
  readonly secretArn: string
}

export interface Node {
  /** From now on nothing of this node commits, and nobody sees it live. */
  pause(): void
  resume(): void
  /** It never does anything again. */
  kill(): Promise<void>
}

export interface Nodes extends AsyncDisposable {
  /** The whole of a client that functions need. */
  readonly client: SecretsManagerClient
  /** The service events that were committed. */
  readonly told: readonly Told[]
  readonly complaints: unknown[]
  // biome-ignore lint/suspicious/noExplicitAny: outputs are as many as operations
  call(operation: string, input: object): Promise<any>
  node(invoke: Invoke, limits: Partial<RotationLimits>): Node
  turn(name: string): Promise<Turn | undefined>
  /** Forgets turns of secrets that are gone, as each minute does. */
  sweep(): Promise<number>
}

const parents = () => ({ current: 1, keys: new Map([[1, createSecretKey(randomBytes(32))]]) })

export async function openNodes(): Promise<Nodes> {
  const bench = sqliteBench()
  const store = new Store(await bench.open(), new Codec('bench', new Sealer('records', parents())))
  const complaints: unknown[] = []
  const told: Told[] = []
  const engines: RotationEngine[] = []
  const ports = {
    tokens: new PageTokens(new Sealer('pages', parents())),
    regions: new Set([region]),
    eventRecord: (event: Told & { eventId: string }) => event,
    findKeyId: () => undefined,
    functions: { mayInvoke: () => true },
    wakeRotation: () => {},
  }
  const keys = {
    sealer: new Sealer('kms', parents()),
    stampKey: createSecretKey(randomBytes(32)),
    regions: ports.regions,
  }
  const services = new Map<string, Service>([
    ['secretsmanager', secretsManager(ports)],
    ['kms', kms(keys)],
  ])
  const call = async (operationName: string, input: object) => {
    const service = services.get('secretsmanager')
    const operation = service?.operations.get(operationName)
    if (!service || !operation) throw new Error(`no ${operationName}`)
    const hall = {
      store,
      services,
      findAuthority: () => undefined,
      complain: (_id: string, thrown: unknown) => void complaints.push(thrown),
    }
    const outcome = await answer(hall, {
      requestId: randomUUID(),
      draws: new Draws(Date.now()),
      origin: { sourceIp: '127.0.0.1', userAgent: 'test', secure: false, host: 'localhost' },
      sender: root,
      region,
      service,
      via: [],
      operationName,
      request: { operation, input: { ClientRequestToken: randomUUID(), ...input } },
    })
    if (outcome instanceof Fault) throw Object.assign(outcome, { name: outcome.code })
    return outcome
  }
  // What commands of the SDK are: a name and an input.
  const send = (command: { input: object; constructor: { name: string } }) =>
    call(command.constructor.name.replace('Command', ''), command.input)
  return {
    client: { send } as unknown as SecretsManagerClient,
    told,
    complaints,
    call,
    node(invoke, limits) {
      let gate: Promise<void> | undefined
      let open = () => {}
      let isDead = false
      const passed = async () => {
        while (gate) await gate
        if (isDead) throw new Error('killed')
      }
      const engine = new RotationEngine(
        {
          store: {
            see: store.see,
            async attempt(run) {
              await passed()
              // What an attempt that lost has told is not what happened.
              let records: readonly object[] = []
              const output = await store.attempt(async (attempt) => {
                const made = await run(attempt)
                records = attempt.propose().records
                return made
              })
              told.push(...(records as Told[]))
              return output
            },
          },
          secrets: new Duty((event) => event),
          async invoke(...given) {
            const invoked = await invoke(...given)
            await passed()
            return invoked
          },
          clock: { now: () => Date.now() },
          complain: (thrown) => void (isDead || complaints.push(thrown)),
        },
        { turnsMax: 8, lookMs: 20, delaysMs: [50], leaseMs: 200, ...limits },
      )
      engines.push(engine)
      const resume = () => {
        gate = undefined
        open()
      }
      return {
        pause() {
          const { promise, resolve } = Promise.withResolvers<void>()
          gate = promise
          open = resolve
        },
        resume,
        async kill() {
          isDead = true
          resume()
          await engine.close()
        },
      }
    },
    turn: async (name) =>
      store.see((look) => new TurnReader(look).find({ shelf: { account, region }, name } as Place)),
    sweep: () => new TurnSweeper().sweep(store, new Duty(() => ({}))),
    async [Symbol.asyncDispose]() {
      for (const engine of engines) await engine.close()
      await store.close()
      bench.remove()
    },
  }
}
