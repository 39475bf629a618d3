/**
 * Whether a variable holds a secret or configuration, by its name and by what its value looks like.
 * A guess, for people to agree with: the reason is said, the value never.
 */
import { bitsPerCharacter } from './entropy.ts'
import { refers } from './reference.ts'

export interface Kind {
  readonly isSecret: boolean
  readonly why: string
}

type Rule = readonly [
  isSecret: boolean,
  why: string,
  holds: (value: string, words: readonly string[], name: string) => boolean,
]

/** The first that holds decides. */
const rules: readonly Rule[] = [
  [false, 'empty', (value) => value === ''],
  [false, 'a reference', refers],
  [true, 'a private key', (value) => /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(value)],
  [true, 'an address with a password', (value) => passwordIn(value) !== undefined],
  [true, 'looks like a token', (value) => shapes.test(value)],
  [false, 'public by its name', (_, words, name) => isPublic(words, name)],
  [false, 'a setting by its name', (_, words) => settings.has(words.at(-1) ?? '')],
  [true, 'by its name', (_, words) => words.some((word) => strong.test(word))],
  [true, 'by its name', (value, words) => words.some((word) => weak.has(word)) && !isPlain(value)],
  [true, 'looks random', (value) => looksRandom(value)],
]

export function kindOf(name: string, value: string): Kind {
  const words = wordsOf(name)
  const rule = rules.find(([, , holds]) => holds(value, words, name))
  return rule ? { isSecret: rule[0], why: rule[1] } : { isSecret: false, why: 'configuration' }
}

/** DB_PASSWORD, dbPassword and db-password are the same words. */
const wordsOf = (name: string): string[] =>
  name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .split(/[^A-Z\d]+/)
    .filter(Boolean)

const strong =
  /^(?:PASS|PWD|PASSWD|PW|.*PASSWORD|.*PASSPHRASE|.*SECRET|SECRETS|.*TOKEN|.*APIKEY|CREDENTIALS?|PRIVATE|JWT|PEPPER)$/
const weak: ReadonlySet<string> = new Set(
  'KEY KEYS AUTH PIN SALT DSN COOKIE WEBHOOK CERT'.split(' '),
)
const settings: ReadonlySet<string> = new Set(
  (
    'TTL EXPIRY EXPIRES EXPIRATION IN LENGTH MIN MAX COUNT LIMIT TIMEOUT ENABLED DISABLED SIZE NAME HOST HOSTNAME ' +
    'PORT USER USERNAME PATH FILE DIR REGION TYPE ALGORITHM ALG HEADER ISSUER DAYS HOURS MINUTES SECONDS ROUNDS ' +
    'EMAIL LEVEL MODE VERSION ENV DEBUG LOCALE LANG DOMAIN ENGINE DBNAME'
  ).split(' '),
)

const isPublic = (words: readonly string[], name: string): boolean =>
  words.some((word) => word === 'PUBLIC' || word === 'PUBLISHABLE') ||
  /^(?:VITE_|REACT_APP_|GATSBY_|EXPO_PUBLIC_)/.test(name)

/** As their issuers print them: recognizable on purpose. */
const shapes =
  /^(?:A[KS]IA[A-Z\d]{16}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeoprs]-[\w-]{10,}|[rs]k_(?:live|test)_\w{10,}|sk-[\w-]{20,}|npm_\w{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|hvs\.\w{20,}|AIza[\w-]{30,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)/

/** Switches, numbers, and short words. */
const isPlain = (value: string): boolean => /^(?:[a-z]{1,8}|\d{1,3}(?:\.\d+)?)$/i.test(value)

const randomCharsMin = 20
const randomBitsMin = 3.3

function looksRandom(value: string): boolean {
  if (/^[\da-f]{32,}$/i.test(value)) return bitsPerCharacter(value) >= 3
  if (value.length < randomCharsMin || !/^[\w+/=~-]+$/.test(value)) return false
  const classes = [/\d/, /[a-z]/, /[A-Z]/].filter((each) => each.test(value)).length
  const looksLikeWords = /^[a-z]+(?:[-_/][a-z\d]+)+$/.test(value) || isUuid.test(value)
  return classes >= 2 && !looksLikeWords && bitsPerCharacter(value) >= randomBitsMin
}

const isUuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** The password of an address such as `postgres://user:password@host`. */
export function passwordIn(value: string): string | undefined {
  const [scheme = ''] = /^[a-z][a-z\d+.-]*:\/\//i.exec(value) ?? []
  // Up to the last @: who forgets to encode the ones in a password means it so.
  const before = scheme === '' ? '' : value.slice(scheme.length, value.lastIndexOf('@'))
  const colon = before.indexOf(':')
  const password = before.slice(colon + 1)
  const isPort = /^\d{1,5}\//.test(password)
  const isUser = colon >= 0 && !/[\s/?#]/.test(before.slice(0, colon))
  if (!isUser || isPort || password === '' || !value.includes('@')) return undefined
  try {
    return decodeURIComponent(password)
  } catch {
    return password
  }
}
