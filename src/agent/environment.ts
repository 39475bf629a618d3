/**
 * Settings from the variables of AWS's Parameters and Secrets Lambda extension.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_lambda.html
 */
import { Refusal } from '../lib/fault.ts'
import { type LogLevel, logLevels, loopbackAt, type Told } from './settings.ts'

type Environment = Readonly<Record<string, string | undefined>>

const prefix = 'PARAMETERS_SECRETS_EXTENSION_'
/** What AWS's extension takes at most; it clamps and so do we. */
const ttlSecondsMax = 300

/** Throws Refusal. @param warn of what was clamped */
export function readEnvironment(environment: Environment, warn: (words: string) => void): Told {
  const number = (name: string, least: number, most: number) =>
    numberIn(environment, name, least, most)
  const ttlMs = (name: string) => {
    const seconds = number(name, 0, 86_400)
    if (seconds === undefined) return undefined
    if (seconds > ttlSecondsMax) warn(`${name} is more than ${ttlSecondsMax}, which is taken`)
    return Math.min(seconds, ttlSecondsMax) * 1000
  }
  const port = number(`${prefix}HTTP_PORT`, 1, 65_535)
  const secretsTtlMs = ttlMs('SECRETS_MANAGER_TTL')
  const parametersTtlMs = ttlMs('SSM_PARAMETER_STORE_TTL')
  const isOff = secretsTtlMs === 0 && parametersTtlMs === 0
  const keeps = readSwitch(environment, `${prefix}CACHE_ENABLED`)
  return {
    listen: port === undefined ? undefined : loopbackAt(port),
    logLevel: readLevel(environment[`${prefix}LOG_LEVEL`]),
    socketsMax: number(`${prefix}MAX_CONNECTIONS`, 1, 1000),
    cacheItemsMax: isOff || keeps === false ? 0 : number(`${prefix}CACHE_SIZE`, 0, 1000),
    secretsTtlMs,
    parametersTtlMs,
    secretsCallMsMax: number('SECRETS_MANAGER_TIMEOUT_MILLIS', 0, 60_000) || undefined,
    parametersCallMsMax: number('SSM_PARAMETER_STORE_TIMEOUT_MILLIS', 0, 60_000) || undefined,
  }
}

function numberIn(environment: Environment, name: string, least: number, most: number) {
  const text = environment[name]
  if (!text) return undefined
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (number >= least && number <= most) return number
  throw new Refusal(`${name} is a whole number from ${least} to ${most}.`)
}

function readSwitch(environment: Environment, name: string): boolean | undefined {
  const text = environment[name]?.toLowerCase()
  if (!text) return undefined
  if (text === 'true' || text === 'false') return text === 'true'
  throw new Refusal(`${name} is TRUE or FALSE.`)
}

function readLevel(text: string | undefined): LogLevel | undefined {
  if (!text) return undefined
  const level = logLevels.find((each) => each === text.toLowerCase())
  if (level) return level
  throw new Refusal(`${prefix}LOG_LEVEL is one of ${logLevels.join(', ')}.`)
}
