/** How a seal is named: by --seal, by STRONGROOM_SEAL, by the operator's API, and in the data folder. */
import { isIP } from 'node:net'
import { isAbsolute } from 'node:path'
import { parseArn } from '../lib/arn.ts'
import { Refusal } from '../lib/fault.ts'

export type SealName =
  /** root.key in the data folder. */
  | { readonly kind: 'file' }
  | { readonly kind: 'mounted'; readonly path: string }
  | { readonly kind: 'env' }
  | { readonly kind: 'credential'; readonly name: string }
  | { readonly kind: 'passphrase' }
  | {
      readonly kind: 'kms'
      readonly keyArn: string
      readonly region: string
      readonly endpoint: string
    }

export const fileSeal: SealName = { kind: 'file' }

const charsMax = 2048

/** Reads a seal's name. Throws Refusal. */
export function parseSeal(text: string): SealName {
  const [, word = '', rest] = /^([a-z-]+)(?::(.*))?$/.exec(text) ?? []
  const read = text.length > charsMax ? undefined : forms.get(word)
  const name = read?.(rest)
  if (name) return name
  throw new Refusal(
    'A seal is file, file:/PATH, passphrase, env, credential:NAME or aws-kms:KEY-ARN@ENDPOINT: name one of these.',
  )
}

type Read = (rest: string | undefined) => SealName | undefined

const plain =
  (name: SealName): Read =>
  (rest) =>
    rest === undefined ? name : undefined

const forms: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['file', (rest) => (rest === undefined ? fileSeal : mounted(rest))],
  ['env', plain({ kind: 'env' })],
  ['passphrase', plain({ kind: 'passphrase' })],
  ['credential', (rest = '') => credential(rest)],
  ['aws-kms', (rest = '') => kms(rest)],
])

const mounted = (path: string): SealName | undefined =>
  isAbsolute(path) && !/\p{Cc}/u.test(path) ? { kind: 'mounted', path } : undefined

/** A file's name and no path: it must not lead out of the folder of credentials. */
const credential = (name: string): SealName | undefined =>
  /^\w[\w.-]{0,254}$/.test(name) ? { kind: 'credential', name } : undefined

function kms(rest: string): SealName | undefined {
  const [keyArn = '', given, ...more] = rest.split('@')
  const arn = parseArn(keyArn)
  if (arn?.service !== 'kms' || !/^[a-z\d-]+$/.test(arn.region) || more.length > 0) return undefined
  const suffix = arn.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  const url = URL.parse(given ?? `https://kms.${arn.region}.${suffix}`)
  if (url?.pathname !== '/' || url.search || url.username) return undefined
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new Refusal(
      `The root key would go to ${url.host} in the clear: name an https endpoint for aws-kms.`,
    )
  }
  return { kind: 'kms', keyArn, region: arn.region, endpoint: url.origin }
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || (isIP(host) === 4 && host.startsWith('127.'))

const prints: { [K in SealName['kind']]: (name: SealName & { kind: K }) => string } = {
  file: () => 'file',
  mounted: ({ path }) => `file:${path}`,
  env: () => 'env',
  credential: ({ name }) => `credential:${name}`,
  passphrase: () => 'passphrase',
  kms: ({ keyArn, endpoint }) => `aws-kms:${keyArn}@${endpoint}`,
}

/** The name as parseSeal reads it. */
export const printSeal = (name: SealName): string =>
  (prints[name.kind] as (name: SealName) => string)(name)
