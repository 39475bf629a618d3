/**
 * Calls API destinations: with what their connection proves, as often as their rate admits, and only at
 * addresses that are the public internet's or that the operator admitted.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
 */
import { type Admits, Unreachable } from '../lib/address.ts'
import { type Clock, secondMs } from '../lib/clock.ts'
import { type Incoming, send } from '../lib/outbound.ts'
import type { See } from '../store/attempt.ts'
import { parseNamed } from './arns.ts'
import { mustBeCallable } from './endpoint.ts'
import type { Taken } from './input.ts'
import { AccessTokens, Unauthorized } from './oauth.ts'
import { Pacer } from './pacer.ts'
import type { ConnectionRecord, DestinationRecord, TargetRecord } from './records.ts'
import { requestOf, Unfit } from './request.ts'
import type { Verdict } from './retry.ts'
import type { Connections } from './secrets.ts'
import { EventReader } from './store.ts'

export interface DestinationNeeds {
  readonly see: See
  readonly clock: Clock
  readonly connections: Connections
  readonly admits: Admits
}

/** What AWS lets one destination be called in a second, where it says nothing. */
const rateDefault = 300
const timeoutMs = 5 * secondMs
/** Who would wait longer than this for its turn gives its place to others. */
const turnMsMax = 2 * secondMs

export class Destinations {
  readonly #needs: DestinationNeeds
  readonly #tokens: AccessTokens
  readonly #pacer = new Pacer()

  constructor(needs: DestinationNeeds) {
    this.#needs = needs
    this.#tokens = new AccessTokens(needs)
  }

  async send(target: TargetRecord, taken: Taken, signal: AbortSignal): Promise<Verdict> {
    const found = await this.#find(target.arn)
    if (!found) return refused('NO_RESOURCE', 'The API destination or its connection is gone.')
    const { destination, connection } = found
    if (connection.isDeauthorized) {
      return refused('AUTHORIZATION_FAILURE', 'The connection is deauthorized.')
    }
    const { ratePerSecond = rateDefault } = destination
    const waitMs = this.#pacer.reserve(target.arn, ratePerSecond, performance.now(), turnMsMax)
    if (waitMs === undefined) return { kind: 'later', afterMs: turnMsMax }
    if (waitMs > 0) await new Promise((go) => setTimeout(go, waitMs).unref())
    try {
      return await this.#call(found, target, taken, signal)
    } catch (thrown) {
      return verdictOfError(thrown)
    }
  }

  #find(arn: string) {
    const place = parseNamed('api-destination', arn)
    return place && this.#needs.see((look) => foundIn(new EventReader(look), place))
  }

  async #call(
    { destination, connection, shelf }: Found,
    target: TargetRecord,
    taken: Taken,
    signal: AbortSignal,
  ): Promise<Verdict> {
    const { admits, connections, clock } = this.#needs
    const secrets = connections.open(shelf, connection)
    const isOauth = connection.kind === 'OAUTH_CLIENT_CREDENTIALS'
    const token = isOauth ? await this.#tokens.header(connection, secrets) : undefined
    const now = clock.now()
    const request = requestOf({ destination, connection, secrets, token, target, taken, now })
    mustBeCallable(request.url, admits)
    const answer = await send({ ...request, admits, timeoutMs, signal })
    if (answer.status === 401 && isOauth) this.#tokens.forget(connection)
    return verdictOf(answer)
  }
}

function foundIn(reader: EventReader, place: NamedPlace): Found | undefined {
  const destination = reader.findDestination(place.shelf, place.name)
  if (destination?.id !== place.id) return undefined
  const named = parseNamed('connection', destination.connectionArn)
  const connection = named && reader.findConnection(named.shelf, named.name)
  if (!named || connection?.id !== named.id) return undefined
  return { destination, connection, shelf: named.shelf }
}

type NamedPlace = NonNullable<ReturnType<typeof parseNamed>>

interface Found {
  readonly destination: DestinationRecord
  readonly connection: ConnectionRecord
  readonly shelf: { readonly account: DestinationShelf['account']; readonly region: string }
}
type DestinationShelf = NamedPlace['shelf']

const refused = (code: string, words: string): Verdict => ({ kind: 'refused', code, words })

/** Answers after which AWS tries again. */
const again: ReadonlySet<number> = new Set([401, 407, 409, 429])

function verdictOf({ status, headers }: Incoming): Verdict {
  if (status >= 200 && status < 300) return { kind: 'arrived' }
  const words = `The target answered ${status}.`
  if (status < 500 && !again.has(status)) return refused('SDK_CLIENT_ERROR', words)
  const afterMs = afterIn(headers['retry-after'])
  return { kind: 'failed', code: 'SDK_CLIENT_ERROR', words, ...(afterMs && { afterMs }) }
}

const afterSecondsMax = 3600

/** Seconds alone are taken, and no more than an hour of them: a target does not hold us up for ever. */
function afterIn(header: string | undefined): number | undefined {
  const seconds = /^\d{1,9}$/.test(header ?? '') ? Number(header) : 0
  return Math.min(seconds, afterSecondsMax) * secondMs
}

function verdictOfError(thrown: unknown): Verdict {
  if (thrown instanceof Unfit) return refused('INVALID_PARAMETER', thrown.message)
  if (thrown instanceof Unreachable) {
    return { kind: 'failed', code: 'CONNECTION_FAILURE', words: thrown.message }
  }
  if (thrown instanceof Unauthorized) {
    return { kind: 'failed', code: 'AUTHORIZATION_FAILURE', words: thrown.message }
  }
  throw thrown
}
