/**
 * Flags and environment into one frozen Config. Nobody else reads the environment. Each flag has a
 * variable of its own; a flag wins.
 */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import { readSchedule, readSpan, type Schedule, type ScheduleFlags } from './backup/schedule.ts'
import {
  type DetectConfig,
  type DetectFlags,
  detectFlagsIn,
  readDetections,
} from './detect-config.ts'
import { type ExportConfig, type ExportFlags, exportFlagsIn, readExports } from './export-config.ts'
import { admittedBeside } from './lib/address.ts'
import { isAccountId } from './lib/arn.ts'
import type { AccountId } from './lib/brand.ts'
import { Refusal } from './lib/fault.ts'
import { publicRegions } from './lib/regions.ts'
import { readSealSources, type SealFlags, sealFlagsIn } from './sealing.ts'
import type { SealSources } from './seals/sources.ts'
import { takeStoreUrl } from './store/postgres/address.ts'
import { readWorkers } from './worker-config.ts'

export interface Config {
  readonly host: string
  readonly port: number
  readonly dataPath: string
  /** A PostgreSQL database that any number of nodes share; without one, the store is in the data folder. */
  readonly storeUrl?: string
  readonly account: AccountId
  /** The region of the credentials file and of the examples that are printed. */
  readonly region: string
  readonly regions: ReadonlySet<string>
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
  readonly acceptRollback: boolean
  /** What every function is lent: `node_modules` and `python` in it. */
  readonly functionsLibraries?: string
  /** Whether functions run even where nothing keeps them from the server's files and memory. */
  readonly functionsUnguarded: boolean
  /** OpenID Connect issuers that may live at private addresses, as their tokens name them. */
  readonly privateIssuers: ReadonlySet<string>
  /** Blocks of private addresses that events may be sent to, as `10.0.0.0/8`. */
  readonly eventsPrivate: readonly string[]
  /** Whether accounts may call only as often as AWS lets them. */
  readonly limitsRates: boolean
  /** How many processes answer. */
  readonly workers: number
  /** For how many days a record can be looked up. */
  readonly lookupDays: number
  /** When backups are made of themselves, and where. */
  readonly backups?: Schedule
  /** How the store is opened. */
  readonly seal: SealSources
  /** Where records are sent or delivered besides the journal. */
  readonly exports: ExportConfig
  /** What of the audit somebody is told. */
  readonly detections: DetectConfig
  /** How much of the journal the database keeps before a segment of it becomes a file. */
  readonly auditSegmentBytes: number
  /** For how long audit records are kept at least; without end where it is left out. */
  readonly auditKeepMs?: number
  /** What whoever reads metrics must show; without it they are for this machine alone. */
  readonly metricsToken?: string
  /** The root key pair, when the operator fixes it. */
  readonly root?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** What `strongroom serve` was told, each member as its flag has it. */
export interface ServeFlags extends ScheduleFlags, SealFlags, ExportFlags, DetectFlags {
  readonly listen?: string
  readonly data?: string
  readonly store?: string
  readonly account?: string
  readonly region?: string
  readonly regions?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly insecure?: boolean
  readonly acceptRollback?: boolean
  readonly functionsLibraries?: string
  readonly functionsUnguarded?: boolean
  readonly privateIssuers?: string
  readonly eventsAllowPrivate?: string
  readonly rateLimits?: string
  readonly workers?: string
  readonly lookupDays?: string
  readonly auditSegment?: string
  readonly auditKeep?: string
}

type Environment = Record<string, string | undefined>

/** Throws Refusal with one sentence for what cannot be. Takes the secrets out of the environment. */
export function readConfig(flags: ServeFlags, environment: Environment): Config {
  const given = { ...fromEnvironment(environment), ...flags }
  const { host, port } = readListen(given.listen ?? '127.0.0.1:7766')
  const regions = new Set(given.regions ? given.regions.split(',') : publicRegions)
  const region = given.region ?? (regions.has('us-east-1') ? 'us-east-1' : ([...regions][0] ?? ''))
  const tls = readTls(given)
  const store = readStore(given, environment)
  const root = takeRoot(environment)
  const metricsToken = takeMetricsToken(environment)
  const backups = readSchedule(given)
  if (!regions.has(region)) throw new Refusal(`--region ${region} is not among the regions served.`)
  if (!tls && !given.insecure && !isLoopback(host)) {
    throw new Refusal(
      `Listening on ${host} without TLS would show secrets to the network: give --tls-cert and --tls-key, or --insecure if TLS ends in front.`,
    )
  }
  return Object.freeze({
    host,
    port,
    dataPath: resolve(given.data ?? 'data'),
    ...store,
    account: readAccount(given.account ?? '000000000000'),
    region,
    regions,
    acceptRollback: given.acceptRollback ?? false,
    functionsUnguarded: given.functionsUnguarded ?? false,
    ...(given.functionsLibraries && { functionsLibraries: resolve(given.functionsLibraries) }),
    privateIssuers: readIssuers(given.privateIssuers),
    eventsPrivate: readBlocks(given.eventsAllowPrivate),
    limitsRates: readRateLimits(given.rateLimits ?? 'off'),
    workers: readWorkers(given, store.storeUrl),
    auditSegmentBytes: readSize('--audit-segment', given.auditSegment ?? '16m'),
    lookupDays: readDays(given.lookupDays ?? '90'),
    seal: readSealSources(given, environment),
    exports: readExports(given, environment),
    detections: readDetections(given),
    ...(given.auditKeep && { auditKeepMs: readSpan('--audit-keep', given.auditKeep) }),
    ...(tls && { tls }),
    ...(backups && { backups }),
    ...(root && { root }),
    ...(metricsToken && { metricsToken }),
  })
}

function readStore(flags: ServeFlags, environment: Environment): { storeUrl?: string } {
  const storeUrl = takeStoreUrl(flags.store, environment)
  return storeUrl === undefined ? {} : { storeUrl }
}

function fromEnvironment(environment: Environment): ServeFlags {
  const text = (name: string) => environment[`STRONGROOM_${name}`] || undefined
  const flags = {
    ...exportFlagsIn(environment),
    ...detectFlagsIn(environment),
    listen: text('LISTEN'),
    data: text('DATA'),
    account: text('ACCOUNT'),
    region: text('REGION'),
    regions: text('REGIONS'),
    tlsCert: text('TLS_CERT'),
    tlsKey: text('TLS_KEY'),
    insecure: text('INSECURE') === '1' || undefined,
    acceptRollback: text('ACCEPT_ROLLBACK') === '1' || undefined,
    functionsLibraries: text('FUNCTIONS_LIBRARIES'),
    functionsUnguarded: text('FUNCTIONS_UNGUARDED') === '1' || undefined,
    privateIssuers: text('PRIVATE_ISSUERS'),
    eventsAllowPrivate: text('EVENTS_ALLOW_PRIVATE'),
    rateLimits: text('RATE_LIMITS'),
    workers: text('WORKERS'),
    ...sealFlagsIn(environment),
    auditSegment: text('AUDIT_SEGMENT'),
    auditKeep: text('AUDIT_KEEP'),
    lookupDays: text('LOOKUP_DAYS'),
    backupEvery: text('BACKUP_EVERY'),
    backupKeep: text('BACKUP_KEEP'),
    backupTo: text('BACKUP_TO'),
  }
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined))
}

function readListen(text: string): { host: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || port > 65_535) {
    throw new Refusal(`--listen ${text} is not HOST:PORT, such as 127.0.0.1:7766 or [::1]:7766.`)
  }
  return { host, port }
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

function readAccount(text: string): AccountId {
  if (isAccountId(text)) return text
  throw new Refusal(`--account ${text} is not an AWS account id: it must be 12 digits.`)
}

function readIssuers(text: string | undefined): ReadonlySet<string> {
  const issuers = text ? text.split(',') : []
  const wrong = issuers.find((issuer) => !/^https?:$/.test(URL.parse(issuer)?.protocol ?? ''))
  if (wrong === undefined) return new Set(issuers)
  throw new Refusal(`--private-issuers ${wrong} is not a URL, such as https://10.0.0.1:6443.`)
}

function readBlocks(text: string | undefined): readonly string[] {
  const blocks = text ? text.split(',') : []
  try {
    admittedBeside(blocks)
    return blocks
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
    throw new Refusal(
      `--events-allow-private ${thrown.message} is not a block of addresses, such as 10.0.0.0/8 or fd00::/8.`,
    )
  }
}

function readRateLimits(text: string): boolean {
  if (text === 'aws' || text === 'off') return text === 'aws'
  throw new Refusal(`--rate-limits ${text} is neither aws nor off.`)
}

function readDays(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new Refusal(`--lookup-days ${text} is not a number of days from 1 to 9999.`)
}

const unitBytes: Readonly<Record<string, number>> = { k: 1 << 10, m: 1 << 20, g: 1 << 30 }
const segmentBytesMin = 16 << 10

function readSize(flag: string, text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,4})([kmg])$/i.exec(text) ?? []
  const bytes = Number(digits) * (unitBytes[unit.toLowerCase()] ?? 0)
  if (bytes >= segmentBytesMin) return bytes
  throw new Refusal(`${flag} ${text} is not a size such as 64k, 16m or 1g, from 16k.`)
}

function readTls({ tlsCert, tlsKey }: ServeFlags) {
  if (tlsCert === undefined && tlsKey === undefined) return undefined
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new Refusal('TLS needs both --tls-cert and --tls-key.')
  }
  const tls = { cert: readPem(tlsCert), key: readPem(tlsKey) }
  try {
    createSecureContext(tls)
  } catch {
    throw new Refusal(
      `${tlsCert} and ${tlsKey} are not a certificate and its private key: both must be PEM, the key without a passphrase.`,
    )
  }
  return tls
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    throw new Refusal(`Can't read ${path}: name a PEM file that this user may read.`)
  }
}

const tokenCharsMin = 16

function takeMetricsToken(environment: Environment): string | undefined {
  const token = environment.STRONGROOM_METRICS_TOKEN
  delete environment.STRONGROOM_METRICS_TOKEN
  if (!token || token.length >= tokenCharsMin) return token
  throw new Refusal(`STRONGROOM_METRICS_TOKEN must be ${tokenCharsMin} or more characters.`)
}

/** The root key pair, taken out of the environment so that no child and no dump shows it. */
function takeRoot(environment: Environment) {
  const accessKeyId = environment.STRONGROOM_ROOT_ACCESS_KEY_ID
  const secretAccessKey = environment.STRONGROOM_ROOT_SECRET_ACCESS_KEY
  delete environment.STRONGROOM_ROOT_SECRET_ACCESS_KEY
  if (!accessKeyId && !secretAccessKey) return undefined
  if (
    !/^(?!ASIA)[A-Z0-9]{16,128}$/.test(accessKeyId ?? '') ||
    (secretAccessKey ?? '').length < 32
  ) {
    throw new Refusal(
      'STRONGROOM_ROOT_ACCESS_KEY_ID must be 16 or more capitals and digits and not begin with ASIA, STRONGROOM_ROOT_SECRET_ACCESS_KEY 32 or more characters.',
    )
  }
  return { accessKeyId: accessKeyId as string, secretAccessKey: secretAccessKey as string }
}
