/** The corridor, wired: who may come in, by which services and limits it is answered. */

import type { Strangers } from './audit/strangers.ts'
import type { Config } from './config.ts'
import { authenticator, gatekeeper, type Ports } from './identity/authenticator.ts'
import type { Clock } from './lib/clock.ts'
import type { Metering } from './metering.ts'
import { authorityOf, temporary } from './ports.ts'
import type { Loans } from './registry.ts'
import { Bulk } from './server/bulk.ts'
import type { FrontHall } from './server/front.ts'
import { bodyBytesMaxOf, signedPathsOf } from './server/lane.ts'
import { serverLimits } from './server/limits.ts'
import { Rates } from './server/rates.ts'
import { Principals } from './services/iam/principals.ts'
import type { Service } from './services/operation.ts'
import { sessionCredential } from './services/sts/credential.ts'
import { SigningKeys } from './sigv4/key.ts'
import type { Store } from './store/store.ts'
import { complainOf, type World } from './world.ts'

/** What the corridor stands on. */
export interface Parts {
  readonly config: Config
  readonly world: World
  readonly clock: Clock
  readonly store: Store
  readonly loans: Loans
  readonly strangers: Strangers
  readonly services: ReadonlyMap<string, Service>
  readonly metering: Metering
}

export function hallOf(parts: Parts): FrontHall {
  const { config, world, clock, store, loans, strangers, services, metering } = parts
  return {
    store,
    services,
    clock,
    region: config.region,
    rates: config.limitsRates ? new Rates() : undefined,
    authenticate: authenticator(doorOf(parts)),
    findAuthority: (attempt, signed, at) => authorityOf(loans.sessions, attempt, signed, at),
    noteStranger(sourceIp, code) {
      strangers.note(sourceIp, code)
      metering.meter.refusedStranger(code)
    },
    observe: metering.observe,
    complain: (requestId, thrown) => complainOf(world, requestId, thrown),
  }
}

export function bulkOf(parts: Parts): Bulk {
  const { bodyBytesMax, bulkBytesMax } = parts.world.limits ?? serverLimits
  const mayCome = gatekeeper(doorOf(parts))
  return new Bulk({
    usualBytesMax: bodyBytesMax,
    roomBytesMax: bulkBytesMax,
    bytesMaxOf: (head) => bodyBytesMaxOf(parts.services, head),
    mayAsk: (head) => mayCome({ ...head, body: new Uint8Array() }),
  })
}

function doorOf({ config, clock, store, loans, services }: Parts): Ports {
  const signingKeys = new SigningKeys()
  const principals = new Principals(loans.secrets, signingKeys)
  return {
    clock,
    credentials: {
      find: (id, token) =>
        id.startsWith(temporary)
          ? sessionCredential(loans.sessions, signingKeys, id, token ?? '')
          : store.see((look) => principals.credential(look, id)),
    },
    targets: signedPaths(services),
    accepts: (service, region) => services.has(service) && config.regions.has(region),
  }
}

/** What is signed besides `/`, by service. */
const signedPaths = (services: Parts['services']) =>
  new Map(
    [...services.values()].flatMap(({ model }) => {
      const isSigned = signedPathsOf(model)
      return isSigned ? [[model.signingName, isSigned] as const] : []
    }),
  )
