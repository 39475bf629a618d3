/**
 * What a request brings to prove its sender, read from the one place where it stands: the
 * Authorization header or the query of a presigned URL. Fields are there, once each; whether they
 * make sense is `claim.ts`'s question.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 */
import { remembered } from '../lib/once.ts'
import { algorithm, canonicalQuery, type Pair, percentEncode } from './canonical.ts'
import { readAmzDate, readDate, type SignedDate } from './date.ts'
import { faults } from './faults.ts'
import { type Headers, trimBlanks } from './request.ts'

export interface Proof {
  /** `keyid/date/region/service/aws4_request` */
  readonly credential: string
  readonly date: SignedDate
  readonly signedHeaders: string
  readonly signature: string
  readonly sessionToken: string | undefined
  /** The canonical query that was signed. */
  readonly query: string
  readonly presigned: Presigned | undefined
}

export interface Presigned {
  readonly expiresSeconds: number
  /** Every parameter of the query, decoded; no name occurs twice in whatever case. */
  readonly parameters: ReadonlyMap<string, string>
}

/** The proof in the Authorization header. */
export function readAuthorization(text: string, headers: Headers, pairs: readonly Pair[]): Proof {
  const fields = readFields(text)
  const lacking = fieldNames.filter((name) => !fields.get(name))
  const amzDate = headers.get('x-amz-date')
  const date = amzDate ?? headers.get('date')
  if (lacking.length > 0 || date === undefined) {
    throw faults.authorizationLacks(lacking, date !== undefined)
  }
  return {
    credential: fields.get('Credential') ?? '',
    signedHeaders: fields.get('SignedHeaders') ?? '',
    signature: fields.get('Signature') ?? '',
    date: amzDate === undefined ? readDate(date) : readAmzDate(amzDate),
    sessionToken: headers.get('x-amz-security-token'),
    query: canonicalQuery(pairs),
    presigned: undefined,
  }
}

/** In the order in which AWS complains of them. */
const fieldNames = ['Credential', 'Signature', 'SignedHeaders']

const start = `${algorithm} `

/** All but the last field, the signature as a rule, is the same in each of a client's requests. */
function readFields(text: string): Pick<ReadonlyMap<string, string>, 'get'> {
  if (!text.startsWith(start)) throw faults.algorithm()
  const cut = text.lastIndexOf(',')
  const before = cut < 0 ? noFields : fieldsIn(text.slice(start.length, cut))
  const [last, value] = fieldIn(text.slice(cut < 0 ? start.length : cut + 1))
  if (before.has(last)) throw faults.authorizationForm()
  return { get: (name) => (name === last ? value : before.get(name)) }
}

const noFields: ReadonlyMap<string, string> = new Map()

const fieldsIn = remembered((text): ReadonlyMap<string, string> => {
  const pairs = text.split(',').map(fieldIn)
  const fields = new Map(pairs)
  if (fields.size !== pairs.length) throw faults.authorizationForm()
  return fields
})

function fieldIn(piece: string): [name: string, value: string] {
  const field = trimBlanks(piece)
  const at = field.indexOf('=')
  const name = field.slice(0, Math.max(at, 0))
  if (!fieldNames.includes(name)) throw faults.authorizationForm()
  return [name, field.slice(at + 1)]
}

/** True if a parameter of a signature stands in the query, in whatever case. */
export const isPresigned = (pairs: readonly Pair[]): boolean =>
  pairs.some(([name]) => name.toLowerCase().startsWith('x-amz-'))

/** The proof in the query of a presigned URL. */
export function readPresigned(rawQuery: string, headers: Headers, pairs: readonly Pair[]): Proof {
  // The date and the token that count are the query's: a second one elsewhere could only confuse.
  if (headers.has('x-amz-date') || headers.has('x-amz-security-token')) throw faults.twoSignatures()
  const parameters = readParameters(pairs)
  mustBeCanonical(rawQuery, pairs)
  const lacking = parameterNames.filter((name) => !parameters.get(name))
  if (lacking.length > 0) throw faults.queryLacks(lacking)
  if (parameters.get('X-Amz-Algorithm') !== algorithm) throw faults.algorithm()
  return {
    credential: parameters.get('X-Amz-Credential') ?? '',
    signedHeaders: parameters.get('X-Amz-SignedHeaders') ?? '',
    signature: parameters.get('X-Amz-Signature') ?? '',
    date: readAmzDate(parameters.get('X-Amz-Date') ?? ''),
    sessionToken: parameters.get('X-Amz-Security-Token'),
    query: canonicalQuery(pairs.filter(([name]) => name !== 'X-Amz-Signature')),
    presigned: { expiresSeconds: readExpires(parameters.get('X-Amz-Expires') ?? ''), parameters },
  }
}

const parameterNames = [
  'X-Amz-Algorithm',
  'X-Amz-Credential',
  'X-Amz-Signature',
  'X-Amz-SignedHeaders',
  'X-Amz-Date',
  'X-Amz-Expires',
]

/** `Action` and `action` in one query are how CVE-2022-2385 got one call verified and another made. */
function readParameters(pairs: readonly Pair[]): ReadonlyMap<string, string> {
  const names = new Set(pairs.map(([name]) => name.toLowerCase()))
  if (names.size !== pairs.length) throw faults.parameterTwice()
  return new Map(pairs)
}

/** Each parameter must be written in its one canonical form: other forms are read differently by others. */
function mustBeCanonical(rawQuery: string, pairs: readonly Pair[]): void {
  const written = pairs.map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
  if (written.join('&') !== rawQuery) throw faults.mismatch()
}

const expiresSecondsMax = 604_800

function readExpires(text: string): number {
  const seconds = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 0
  if (seconds < 1 || seconds > expiresSecondsMax) throw faults.expiresForm()
  return seconds
}
