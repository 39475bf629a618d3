/**
 * What the agent was told, whichever way: AWS's environment variables, AWS's two forms of TOML, our
 * own table in it, flags. One frozen record with what holds where nothing was said.
 */
import type { Applications } from './applications.ts'
import type { LastSettings } from './last-settings.ts'
import type { Prefetch } from './wishes.ts'

export const logLevels = ['debug', 'info', 'warn', 'error', 'none'] as const
export type LogLevel = (typeof logLevels)[number]

export interface Address {
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
}

export interface Settings {
  readonly logLevel: LogLevel
  readonly listen: readonly Address[]
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
  readonly pathPrefix: string
  /** Connections of applications at the same time. */
  readonly connectionsMax: number
  /** Connections to each service at the same time. */
  readonly socketsMax: number
  readonly tokenHeaders: readonly string[]
  readonly tokenVariables: readonly string[]
  readonly region?: string
  /** Roles that are assumed for `roleArn`. */
  readonly rolesMax: number
  readonly validatesCredentials: boolean
  readonly credentialsPath?: string
  readonly secretsTtlMs: number
  readonly parametersTtlMs: number
  /** 0: nothing is kept. */
  readonly cacheItemsMax: number
  /** How long after its TTL a value is served while the service cannot be reached. */
  readonly staleMsMax: number
  readonly secretsCallMsMax: number
  readonly parametersCallMsMax: number
  readonly prefetch?: Prefetch
  /** Whether changes are asked for: only Strongroom tells them. */
  readonly pushes: boolean
  /** How often cached reads are reported; 0 for never. */
  readonly receiptsMs: number
  readonly applications?: Applications
  /** Absent where nothing is kept for a start without network. */
  readonly lastKnown?: LastSettings
}

const defaults: Settings = {
  logLevel: 'info',
  listen: [
    { host: '127.0.0.1', port: 2773 },
    { host: '::1', port: 2773 },
  ],
  pathPrefix: '/v1/',
  connectionsMax: 800,
  socketsMax: 32,
  tokenHeaders: ['X-Aws-Parameters-Secrets-Token', 'X-Vault-Token'],
  tokenVariables: ['AWS_TOKEN', 'AWS_SESSION_TOKEN', 'AWS_CONTAINER_AUTHORIZATION_TOKEN'],
  rolesMax: 20,
  validatesCredentials: true,
  secretsTtlMs: 300_000,
  parametersTtlMs: 300_000,
  cacheItemsMax: 1000,
  staleMsMax: 3_600_000,
  secretsCallMsMax: 10_000,
  parametersCallMsMax: 10_000,
  pushes: true,
  receiptsMs: 60_000,
}

/** Later ones win. `undefined` members say nothing. */
export function settingsOf(...told: readonly Told[]): Settings {
  const said = told.map((each) =>
    Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)),
  )
  return Object.freeze(Object.assign({}, defaults, ...said))
}

/** What one source said. */
export type Told = { readonly [K in keyof Settings]?: Settings[K] | undefined }

/** The agent's addresses with another port. */
export const loopbackAt = (port: number): readonly Address[] =>
  defaults.listen.map(({ host }) => ({ host, port }))
