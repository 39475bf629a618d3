/** The guards of the common port, as the settings have them now. */
import { hostNamed, noOrigin, tokenIn, unforwarded } from './guards.ts'
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
    all: [
      unforwarded,
      noOrigin,
      hostNamed(settings.listen.map(({ host }) => host)),
      (request) => right(request),
    ],
    reload(next) {
      token = readToken(environment, next.tokenVariables)
      right = tokenIn(next.tokenHeaders, () => token)
    },
  }
}
