/** The guards of the common port, as the settings have them now. */
import { X509Certificate } from 'node:crypto'
import { hostNamed, isLoopback, noOrigin, tokenIn, unforwarded } from './guards.ts'
import type { Guard } from './route.ts'
import type { Settings } from './settings.ts'
import { readToken } from './token.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface Guards {
  readonly all: readonly Guard[]
  /** Reads the token again. Throws Refusal, and then nothing has changed. */
  reload(settings: Settings): void
}

/** Throws Refusal where there is no token. */
export function guardsOf(environment: Environment, settings: Settings): Guards {
  let token = readToken(environment, settings.tokenVariables)
  let right = tokenIn(settings.tokenHeaders, () => token)
  return {
    all: [unforwarded, noOrigin, ...hostGuards(settings), (request) => right(request)],
    reload(next) {
      token = readToken(environment, next.tokenVariables)
      right = tokenIn(next.tokenHeaders, () => token)
    },
  }
}

/** Where TLS ends in front, nobody here knows the names by which the agent is called. */
function hostGuards({ listen, tls }: Settings): Guard[] {
  const hosts = listen.map(({ host }) => host)
  if (!tls) return hosts.every(isOurs) ? [hostNamed(hosts)] : []
  const certificate = new X509Certificate(tls.cert)
  return [hostNamed(hosts, (name) => certificate.checkHost(name) !== undefined)]
}

const isOurs = (host: string): boolean => host === 'localhost' || isLoopback(host)
