/** Where audit records go besides the journal: flags and variables, read and checked. */
import { basename, resolve } from 'node:path'
import type { OtlpTarget } from './audit/exporters/otlp.ts'
import { hostOf } from './audit/exporters/post.ts'
import type { SyslogTarget } from './audit/exporters/syslog.ts'
import type { WebhookTarget } from './audit/exporters/webhook.ts'
import { isLoopback } from './lib/address.ts'
import { Refusal } from './lib/fault.ts'

export interface ExportConfig {
  readonly files?: { readonly folder: string; readonly bucket: string }
  /** How long records wait for their file at most. */
  readonly filesEverySeconds: number
  readonly webhook?: WebhookTarget
  readonly syslog?: SyslogTarget
  readonly otlp?: OtlpTarget
  /** Where spans of requests are sent. */
  readonly traces?: OtlpTarget
  /** Folders that trails may deliver to, by the name of the bucket that each stands for. */
  readonly buckets: ReadonlyMap<string, string>
}

export interface ExportFlags {
  readonly auditFiles?: string
  readonly auditFilesEvery?: string
  readonly auditWebhook?: string
  readonly auditSyslog?: string
  readonly auditOtlp?: string
  readonly otelTraces?: string
  readonly auditPrivate?: boolean
  readonly trailBuckets?: string
}

type Environment = Record<string, string | undefined>

export function exportFlagsIn(
  environment: Environment,
): Record<string, string | boolean | undefined> {
  const text = (name: string) => environment[`STRONGROOM_${name}`] || undefined
  return {
    auditFiles: text('AUDIT_FILES'),
    auditFilesEvery: text('AUDIT_FILES_EVERY'),
    auditWebhook: text('AUDIT_WEBHOOK'),
    auditSyslog: text('AUDIT_SYSLOG'),
    auditOtlp: text('AUDIT_OTLP'),
    otelTraces: text('OTEL_TRACES'),
    auditPrivate: text('AUDIT_PRIVATE') === '1' || undefined,
    trailBuckets: text('TRAIL_BUCKETS'),
  }
}

/** Throws Refusal. Takes the secrets out of the environment. */
export function readExports(flags: ExportFlags, environment: Environment): ExportConfig {
  const mayBePrivate = flags.auditPrivate ?? false
  const secret = take(environment, 'STRONGROOM_AUDIT_WEBHOOK_SECRET')
  const headers = take(environment, 'STRONGROOM_AUDIT_OTLP_HEADERS')
  const traceHeaders = take(environment, 'STRONGROOM_OTEL_TRACES_HEADERS')
  return {
    ...(flags.auditFiles && { files: readFiles(flags.auditFiles) }),
    filesEverySeconds: readSeconds(flags.auditFilesEvery ?? '300'),
    ...(flags.auditWebhook && { webhook: readWebhook(flags.auditWebhook, secret, mayBePrivate) }),
    ...(flags.auditSyslog && { syslog: readSyslog(flags.auditSyslog, mayBePrivate) }),
    ...(flags.auditOtlp && {
      otlp: readOtlp('--audit-otlp', flags.auditOtlp, headers, mayBePrivate),
    }),
    ...(flags.otelTraces && {
      traces: readOtlp('--otel-traces', flags.otelTraces, traceHeaders, mayBePrivate),
    }),
    buckets: readBuckets(flags.trailBuckets),
  }
}

function take(environment: Environment, name: string): string | undefined {
  const value = environment[name]
  delete environment[name]
  return value || undefined
}

/** The folder's name stands for the bucket's in digests. */
function readFiles(text: string) {
  const folder = resolve(text)
  return { folder, bucket: basename(folder) }
}

function readSeconds(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text)
  throw new Refusal(`--audit-files-every ${text} is not a number of seconds from 1 to 99999.`)
}

const secretCharsMin = 16

function readWebhook(
  text: string,
  secret: string | undefined,
  mayBePrivate: boolean,
): WebhookTarget {
  const url = readUrl('--audit-webhook', text, mayBePrivate)
  if (!secret || secret.length < secretCharsMin) {
    throw new Refusal(
      `--audit-webhook needs STRONGROOM_AUDIT_WEBHOOK_SECRET, ${secretCharsMin} or more characters, by which the receiver knows whose records they are.`,
    )
  }
  return { url, secret, mayBePrivate }
}

/** The text itself is not told: a path can be a secret. */
function readUrl(flag: string, text: string, mayBePlain: boolean): URL {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new Refusal(`${flag} is not a URL such as https://collector.example.com/path.`)
  }
  if (url.protocol === 'http:' && !mayBePlain && !isLoopback(hostOf(url))) {
    throw new Refusal(
      `${flag} without TLS would show records to the network: use https, or --audit-private.`,
    )
  }
  return url
}

function readSyslog(text: string, mayBePlain: boolean): SyslogTarget {
  const [, scheme = 'tls', bracketed, plain, digits] =
    /^(?:(tls|tcp):\/\/)?(?:\[([^\]]+)\]|([^:[\]/]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host === undefined || port > 65_535) {
    throw new Refusal(
      `--audit-syslog ${text} is not HOST:PORT, tls://HOST:PORT or tcp://HOST:PORT.`,
    )
  }
  if (scheme === 'tcp' && !mayBePlain && !isLoopback(host)) {
    throw new Refusal(
      '--audit-syslog without TLS would show records to the network: use tls://, or --audit-private.',
    )
  }
  return { host, port, tls: scheme === 'tls' }
}

/** Headers as OTEL_EXPORTER_OTLP_HEADERS has them: `name=value,name=value`. */
function readOtlp(
  flag: string,
  text: string,
  headers: string | undefined,
  mayBePlain: boolean,
): OtlpTarget {
  const pairs = (headers?.split(',') ?? []).map((pair) => {
    const [, name = '', value = ''] = /^\s*([\w-]+)=([\x20-\x7e]*)$/.exec(pair) ?? []
    if (name) return [name, value] as const
    throw new Refusal(`The headers for ${flag} are not NAME=VALUE,NAME=VALUE.`)
  })
  return { url: readUrl(flag, text, mayBePlain), headers: Object.fromEntries(pairs) }
}

const bucketForm = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/

function readBuckets(text: string | undefined): ReadonlyMap<string, string> {
  const pairs = (text ? text.split(',') : []).map((pair) => {
    const cut = pair.indexOf('=')
    const [name, folder] = [pair.slice(0, cut), pair.slice(cut + 1)]
    if (bucketForm.test(name) && folder) return [name, resolve(folder)] as const
    throw new Refusal(`--trail-buckets ${pair} is not NAME=DIR, NAME as S3 names buckets.`)
  })
  return new Map(pairs)
}
