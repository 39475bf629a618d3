/**
 * KMS behind the corridor without a wire: for what needs the clock moved by days, calls that other
 * services make, or the sealing limit set low. A real store and the real door; the caller is root.
 */
import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import type { Signed } from '../../../src/identity/authenticator.ts'
import type { AccountId, Arn } from '../../../src/lib/brand.ts'
import type { Caller } from '../../../src/lib/caller.ts'
import { Draws } from '../../../src/lib/draws.ts'
import { Fault } from '../../../src/lib/fault.ts'
import { Sealer } from '../../../src/lib/sealer.ts'
import { type CompiledPolicy, compilePolicy } from '../../../src/policy/compile.ts'
import { readPolicy } from '../../../src/policy/document.ts'
import { answer } from '../../../src/server/answer.ts'
import { type KmsPorts, kms } from '../../../src/services/kms/index.ts'
import { type KeyEvent, sweepKeys } from '../../../src/services/kms/sweep.ts'
import type { Attempt } from '../../../src/store/attempt.ts'
import { Codec, collection } from '../../../src/store/collection.ts'
import { Store } from '../../../src/store/store.ts'
import { sqliteBench } from '../../engines/sqlite.ts'

const parents = () => ({
  current: 1,
  keys: new Map([[1, createSecretKey(randomBytes(32))]]),
})

export interface From {
  /** Root, unless it is somebody with these identity policies. */
  readonly policies?: readonly string[]
  readonly region?: string
  /** The services through which the call comes. */
  readonly via?: readonly string[]
}

// biome-ignore lint/suspicious/noExplicitAny: outputs are as many as operations; a test reads what it asked for
type Output = any

export interface KmsHall extends AsyncDisposable {
  readonly clock: { now: number }
  readonly events: readonly KeyEvent[]
  readonly complaints: readonly unknown[]
  /** Answers a call; throws its Fault. */
  call(operation: string, input: object, from?: From): Promise<Output>
  sweep(): Promise<number>
  /** How many records of a collection there are whose keys begin so. */
  count(collectionName: string, ...parts: string[]): Promise<number>
  /** A new process on the same folder. */
  restart(): Promise<void>
}

const account = '000000000000' as AccountId

const root: Caller = {
  kind: 'root',
  account,
  arn: `arn:aws:iam::${account}:root` as Arn,
  principalId: account,
  tags: {},
}

const somebody: Caller = {
  kind: 'user',
  account,
  arn: `arn:aws:iam::${account}:user/somebody` as Arn,
  principalId: 'AIDAEXAMPLEEXAMPLEEXA',
  userName: 'somebody',
  tags: {},
}

const signed = (region: string): Signed => ({
  accessKeyId: 'AKIAEXAMPLEEXAMPLE00',
  service: 'kms',
  region,
  signedAt: 0,
  presigned: false,
})

const compiled = (text: string): CompiledPolicy =>
  compilePolicy(readPolicy(text, 'identity'), { kind: 'identity', name: 'own' })

export async function openHall(options: { sealsMax?: bigint } = {}): Promise<KmsHall> {
  const bench = sqliteBench()
  const codec = new Codec('bench', new Sealer('records', parents()))
  const kmsParents = parents()
  const stampKey = createSecretKey(randomBytes(32))
  const clock = { now: Date.UTC(2030, 0, 1) }
  const events: KeyEvent[] = []
  const complaints: unknown[] = []
  const ports = (): KmsPorts => ({
    sealer: new Sealer('kms', kmsParents),
    stampKey,
    regions: new Set(['us-east-1', 'eu-west-1', 'ap-south-1', 'cn-north-1']),
    ...options,
  })
  const open = async () => ({
    store: new Store(await bench.open(), codec),
    service: kms(ports()),
    keyPorts: ports(),
  })
  let { store, service, keyPorts } = await open()
  return {
    clock,
    events,
    complaints,
    async call(name, input, { policies, region = 'us-east-1', via = [] } = {}) {
      const operation = service.operations.get(name)
      if (!operation) throw new Error(`no ${name}`)
      const hall = {
        store,
        services: new Map([['kms', service]]),
        findAuthority: () => ({ caller: somebody, identity: (policies ?? []).map(compiled) }),
        complain: (_id: string, thrown: unknown) => void complaints.push(thrown),
      }
      const outcome = await answer(hall, {
        requestId: randomUUID(),
        draws: new Draws(clock.now),
        origin: { sourceIp: '127.0.0.1', userAgent: 'test', secure: false, host: 'localhost' },
        sender: policies ? signed(region) : root,
        region,
        service,
        via,
        operationName: name,
        request: { operation, input },
      })
      if (outcome instanceof Fault) throw outcome
      return outcome
    },
    sweep: () => {
      // What an attempt that lost has told is not what happened.
      let mine: KeyEvent[] = []
      const ports = {
        ...keyPorts,
        see: store.see,
        async attempt<T>(run: (attempt: Attempt) => T | Promise<T>): Promise<T> {
          const output = await store.attempt((attempt) => {
            mine = []
            return run(attempt)
          })
          events.push(...mine)
          return output
        },
        eventRecord(event: KeyEvent) {
          mine.push(event)
          return event
        },
      }
      return sweepKeys(ports, clock.now)
    },
    async count(name, ...parts) {
      const records = await store.see((look) =>
        look.list(collection(name), parts, { itemsMax: 1000 }),
      )
      return records.length
    },
    async restart() {
      await store.close()
      ;({ store, service, keyPorts } = await open())
    },
    async [Symbol.asyncDispose]() {
      await store.close()
      bench.remove()
    },
  }
}
