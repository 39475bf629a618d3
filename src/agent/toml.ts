/**
 * Settings from a TOML file in either form of AWS's agent: flat, or nested since it is called Workload
 * Credentials Provider. What AWS does not have stands in tables of our own, in both: `[strongroom]`.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/secrets-manager-agent.html
 */
import { readFileSync } from 'node:fs'
import { parse, TomlError } from 'smol-toml'
import { Refusal } from '../lib/fault.ts'
import { applicationSpec, applicationsIn } from './applications.ts'
import { lastSettingsIn } from './last-settings.ts'
import {
  flag,
  oneOf,
  type Read,
  ratioFrom,
  readTable,
  type Spec,
  type Table,
  table,
  tablesOf,
  text,
  texts,
  wholeFrom,
} from './members.ts'
import { logLevels, loopbackAt, type Told } from './settings.ts'
import type { Prefetch } from './wishes.ts'

/** The settings of a file. Throws Refusal with one sentence. */
export function readToml(path: string): Told {
  try {
    return settingsIn(parse(readText(path)))
  } catch (thrown) {
    if (thrown instanceof Refusal) throw new Refusal(`${path}: ${thrown.message}`)
    if (!(thrown instanceof TomlError)) throw thrown
    throw new Refusal(`${path} is not TOML: see its line ${thrown.line}.`)
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new Refusal("it can't be read.")
  }
}

const wishes = {
  cache_buffer_ratio: ratioFrom(0.1, 1),
  max_jitter_seconds: wholeFrom(0, 10),
  secrets: tablesOf({ secret_id: text, role_arn: text }, 'secret_id'),
  filter_tags: tablesOf({ key: text, role_arn: text }, 'key'),
} satisfies Spec

const logging = { log_level: oneOf(logLevels), log_to_file: flag } satisfies Spec

const serving = {
  http_port: wholeFrom(1024, 65_535),
  region: text,
  path_prefix: pathPrefix,
  max_conn: wholeFrom(1, 1000),
  max_roles: wholeFrom(1, 20),
  ignore_transient_errors: flag,
  validate_credentials: flag,
  credentials_file_path: text,
} satisfies Spec

const caching = { ttl_seconds: wholeFrom(0, 3600), cache_size: wholeFrom(1, 1000) } satisfies Spec

const security = { ssrf_headers: texts, ssrf_env_variables: texts } satisfies Spec

const ours = {
  ...applicationSpec,
  last_known_good: table,
  push: flag,
  receipts_seconds: wholeFrom(0, 3600),
  stale_seconds_max: wholeFrom(0, 604_800),
} satisfies Spec

const flat = { ...logging, ...serving, ...caching, ...security, prefetch: table } satisfies Spec
const nested = { logging: table, capabilities: table } satisfies Spec
const capabilities = { secrets_manager: table, acm: table } satisfies Spec
const secretsManager = {
  ...serving,
  enabled: flag,
  cache: table,
  security: table,
  prefetch: table,
} satisfies Spec

const isNested = (name: string): boolean => Object.hasOwn(nested, name)

function settingsIn({ strongroom = {}, ...rest }: Table): Told {
  const own = ownSettings(readTable(table(strongroom, 'strongroom'), ours, 'strongroom.'))
  const names = Object.keys(rest)
  if (!names.some(isNested)) return { ...flatSettings(rest), ...own }
  const stray = names.find((name) => Object.hasOwn(flat, name))
  if (stray) throw new Refusal(`${stray} is of the flat form and the rest of the nested one.`)
  return { ...nestedSettings(rest), ...own }
}

function flatSettings(all: Table): Told {
  const { prefetch, ...found } = readTable(all, flat, '')
  return { ...toldOf(found), prefetch: prefetchIn(prefetch, 'prefetch.') }
}

function nestedSettings(all: Table): Told {
  const found = readTable(all, nested, '')
  const { secrets_manager: manager = {}, acm } = readTable(
    found.capabilities ?? {},
    capabilities,
    'capabilities.',
  )
  if (acm?.enabled === true) throw new Refusal('capabilities.acm: certificates are not offered.')
  const within = 'capabilities.secrets_manager.'
  const {
    enabled = true,
    cache,
    security: guarded,
    prefetch,
    ...rest
  } = readTable(manager, secretsManager, within)
  if (!enabled) throw new Refusal(`${within}enabled is false: there is nothing to serve.`)
  return {
    ...toldOf({
      ...readTable(found.logging ?? {}, logging, 'logging.'),
      ...rest,
      ...readTable(cache ?? {}, caching, `${within}cache.`),
      ...readTable(guarded ?? {}, security, `${within}security.`),
    }),
    prefetch: prefetchIn(prefetch, `${within}prefetch.`),
  }
}

type Found = Read<typeof logging & typeof serving & typeof caching & typeof security>

function toldOf(found: Found): Told {
  if (found.log_to_file) {
    throw new Refusal('log_to_file is true: this agent logs to standard error, set it to false.')
  }
  const ttlMs = found.ttl_seconds === undefined ? undefined : found.ttl_seconds * 1000
  return {
    logLevel: found.log_level,
    listen: found.http_port === undefined ? undefined : loopbackAt(found.http_port),
    region: found.region,
    pathPrefix: found.path_prefix,
    connectionsMax: found.max_conn,
    rolesMax: found.max_roles,
    staleMsMax: found.ignore_transient_errors === false ? 0 : undefined,
    validatesCredentials: found.validate_credentials,
    credentialsPath: found.credentials_file_path,
    secretsTtlMs: ttlMs,
    parametersTtlMs: ttlMs,
    cacheItemsMax: found.cache_size,
    tokenHeaders: found.ssrf_headers,
    tokenVariables: found.ssrf_env_variables,
  }
}

function ownSettings({
  push,
  receipts_seconds: receipts,
  stale_seconds_max: stale,
  last_known_good: last,
  ...rest
}: Read<typeof ours>): Told {
  const { applications, ...of } = rest
  if (!applications && Object.keys(of).length > 0) {
    throw new Refusal(
      'strongroom.sockets and strongroom.metadata are for [[strongroom.applications]].',
    )
  }
  return {
    ...(last && { lastKnown: lastSettingsIn(last) }),
    ...(applications && { applications: applicationsIn(rest) }),
    ...(push !== undefined && { pushes: push }),
    ...(receipts !== undefined && { receiptsMs: receipts * 1000 }),
    ...(stale !== undefined && { staleMsMax: stale * 1000 }),
  }
}

function prefetchIn(found: Table | undefined, prefix: string): Prefetch | undefined {
  if (!found) return undefined
  const {
    cache_buffer_ratio = 0.8,
    max_jitter_seconds = 0,
    secrets = [],
    filter_tags = [],
  } = readTable(found, wishes, prefix)
  return {
    bufferRatio: cache_buffer_ratio,
    jitterMsMax: max_jitter_seconds * 1000,
    secrets: secrets.map(({ secret_id: id = '', role_arn: roleArn }) => ({
      id,
      ...(roleArn && { roleArn }),
    })),
    tags: filter_tags.map(({ key = '', role_arn: roleArn }) => ({
      key,
      ...(roleArn && { roleArn }),
    })),
  }
}

function pathPrefix(value: unknown, name: string): string {
  const prefix = text(value, name)
  if (prefix.startsWith('/')) return prefix
  throw new Refusal(`${name} begins with /.`)
}
