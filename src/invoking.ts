/** Functions, wired: Lambda's API and its queue before what runs them, with the role's credentials. */
import { join } from 'node:path'
import { serviceActRecord } from './audit/event.ts'
import type { Config } from './config.ts'
import {
  CannotRun,
  type Deployed,
  type Runners as Fleet,
  type Logs,
  TooBusy,
} from './functions/function.ts'
import { openRunners } from './functions/runners.ts'
import type { AccountId } from './lib/brand.ts'
import type { Clock } from './lib/clock.ts'
import { Lines } from './lines.ts'
import { rolesOf } from './ports.ts'
import type { EnterAs } from './server/inside.ts'
import type { DeliveryEvent } from './services/lambda/index.ts'
import { Delivery, type Ports, type Runners } from './services/lambda/index.ts'
import type { Measure } from './services/logs/index.ts'
import type { Store } from './store/store.ts'
import type { World } from './world.ts'

interface Parts {
  readonly config: Config
  readonly world: World
  readonly clock: Clock
  readonly store: Store
  readonly enterAs: EnterAs
  /** Adds what metric filters found to their metrics. */
  readonly measure: Measure
  /** Where functions find this server. */
  readonly url: string
}

export interface Functions {
  /** What Lambda's API is lent. */
  readonly ports: Ports
  /** Begins with what is queued. */
  start(): void
  /** Ends what runs; what was queued stays queued. */
  close(): Promise<void>
}

export function openFunctions(parts: Parts): Functions {
  const { world, clock, store, measure } = parts
  const lines = new Lines({ store, clock, measure, complain: world.complain })
  const fleet = world.runners ?? openFleet(parts, lines)
  const runners = runnersOf(fleet)
  const { see } = store
  const complain = (thrown: unknown) => world.complain(String(thrown))
  let delivery: Delivery | undefined
  return {
    ports: { runners, rolesOf, see, wakeQueue: () => delivery?.wake() },
    start() {
      const attempt: Store['attempt'] = (run) => store.attempt(run)
      const lent = { see, attempt, clock, runners, rolesOf, deliveryRecord, complain }
      delivery = new Delivery(lent, world.queue)
      delivery.wake()
    },
    async close() {
      const delivered = delivery?.close()
      await fleet.close()
      await delivered
      await lines.close()
    },
  }
}

function openFleet({ config, world, clock, enterAs, url }: Parts, logs: Logs): Fleet {
  const home = { url: reachable(url), ...(config.tls && { ca: config.tls.cert.toString() }) }
  return openRunners({
    folder: join(config.dataPath, 'functions'),
    acceptsNoIsolation: config.functionsUnguarded,
    ...(config.functionsLibraries && { libraries: config.functionsLibraries }),
    ports: {
      ...{ clock, home },
      roleCredentials: (deployed) => assumeRole(enterAs, deployed),
      logs,
      complain: world.complain,
    },
  })
}

/** An address that listens for everybody is none to call. */
const reachable = (url: string): string =>
  url.replace('://0.0.0.0:', '://127.0.0.1:').replace('://[::]:', '://[::1]:')

/** What the services' port says of the room that runs functions. */
const runnersOf = (fleet: Fleet): Runners => ({
  async invoke(deployed, invocation) {
    try {
      return await fleet.invoke(deployed, invocation)
    } catch (thrown) {
      if (thrown instanceof TooBusy) return { notRun: 'busy', words: thrown.message }
      if (thrown instanceof CannotRun) return { notRun: 'unfit', words: thrown.message }
      throw thrown
    }
  },
  forget: (arn) => fleet.forget(arn),
})

const sessionSeconds = 3600

/** As lambda.amazonaws.com gets them: the role's trust policy decides, and the audit has it. */
async function assumeRole(enterAs: EnterAs, deployed: Deployed) {
  const { account, region, arn: sourceArn, name, roleArn } = deployed
  const behalf = {
    principal: 'lambda.amazonaws.com',
    account: account as AccountId,
    ...{ region, sourceArn },
  } as const
  // A session's name is longer than the shortest of a function.
  const RoleSessionName = name.padEnd(2, '_')
  const input = { RoleArn: roleArn, RoleSessionName, DurationSeconds: sessionSeconds }
  const answer = await enterAs(behalf, { service: 'sts', operation: 'AssumeRole', input })
  const { Credentials } = answer as {
    Credentials: {
      AccessKeyId: string
      SecretAccessKey: string
      SessionToken: string
      Expiration: number
    }
  }
  return {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretAccessKey,
    sessionToken: Credentials.SessionToken,
    expiresAt: Credentials.Expiration,
  }
}

/** A function told of another's end, as the audit writes it. */
const deliveryRecord = (event: DeliveryEvent): object =>
  serviceActRecord({
    ...{ eventId: event.eventId, at: event.at, ...event.shelf },
    eventSource: 'lambda.amazonaws.com',
    eventName: 'InvokeDestination',
    details: {
      functionArn: event.functionArn,
      destinationArn: event.destinationArn,
      condition: event.condition,
      requestId: event.requestId,
    },
    ...(event.error !== undefined && { error: event.error }),
  })
