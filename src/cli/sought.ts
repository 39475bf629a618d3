/** The values that a scan looks for: secrets and secure parameters, now and before the last change. */
import { CallRefused, callSecrets, callSsm, type Endpoint } from './client.ts'
import { kindOf, passwordIn } from './kind.ts'
import { listSecrets, readSecrets, type Skipped } from './listing.ts'

export interface Sought {
  /** For people: a secret, and a field of it. */
  readonly what: string
  readonly value: Uint8Array
}

interface Found {
  readonly sought: readonly Sought[]
  readonly skipped: readonly Skipped[]
}

const previousLabel = 'AWSPREVIOUS'

export async function readSought(endpoint: Endpoint, prefix?: string) {
  const listed = await listSecrets(endpoint, prefix)
  const { values, skipped } = await readSecrets(
    endpoint,
    listed.map(({ ARN }) => ARN),
  )
  const sought = values.flatMap(({ name, text, base64 }) => partsOf(name, text, base64))
  const readable = new Set(values.map(({ name }) => name))
  for (const { Name, ARN, SecretVersionsToStages = {} } of listed) {
    const hasPrevious = Object.values(SecretVersionsToStages).flat().includes(previousLabel)
    if (!hasPrevious || !readable.has(Name)) continue
    const previous = await readPrevious(endpoint, Name, ARN)
    sought.push(...previous.sought)
    skipped.push(...previous.skipped)
  }
  const parameters = await readParameters(endpoint, prefix).catch(unlessRefused('parameters'))
  sought.push(...parameters.sought)
  return { sought, skipped: [...skipped, ...parameters.skipped] }
}

/** A value that was changed may still open something, until it is known not to. */
async function readPrevious(endpoint: Endpoint, name: string, SecretId: string): Promise<Found> {
  const what = `${name} (${previousLabel})`
  const input = { SecretId, VersionStage: previousLabel }
  return callSecrets<Got>(endpoint, 'GetSecretValue', input).then(
    ({ SecretString, SecretBinary }) => ({
      sought: partsOf(what, SecretString, SecretBinary),
      skipped: [],
    }),
    unlessRefused(what),
  )
}

interface Got {
  readonly SecretString?: string
  readonly SecretBinary?: string
}

/** Of JSON what looks like a secret: hosts and names stand in files rightly. */
function partsOf(what: string, text: string | undefined, base64 = ''): Sought[] {
  if (text === undefined) return [{ what, value: Buffer.from(base64, 'base64') }]
  const leaves = leavesOf(text)
  if (leaves === undefined) return withPassword(what, text)
  return leaves
    .filter(({ path, value }) => kindOf(path.at(-1) ?? '', value).isSecret)
    .flatMap(({ path, value }) => withPassword(`${what} ${path.join('.')}`, value))
}

/** An address with a password is looked for, and its password alone. */
function withPassword(what: string, text: string): Sought[] {
  const texts = [text, passwordIn(text)].filter((each) => each !== undefined)
  return texts.map((each) => ({ what, value: Buffer.from(each) }))
}

interface Leaf {
  readonly path: readonly string[]
  readonly value: string
}

/** The texts and numbers of a JSON object or list; `undefined` for any other text. */
function leavesOf(text: string): Leaf[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? leavesIn(value, []) : undefined
  } catch {
    return undefined
  }
}

function leavesIn(value: unknown, path: readonly string[]): Leaf[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inside]) => leavesIn(inside, [...path, name]))
  }
  return typeof value === 'string' || typeof value === 'number'
    ? [{ path, value: String(value) }]
    : []
}

interface Described {
  readonly Parameters: readonly { readonly Name: string }[]
  readonly NextToken?: string
}

interface Read {
  readonly Parameters: readonly { readonly Name: string; readonly Value: string }[]
}

const parametersMax = 10

async function readParameters(endpoint: Endpoint, prefix = ''): Promise<Found> {
  const names: string[] = []
  const ParameterFilters = [{ Key: 'Type', Values: ['SecureString'] }]
  let NextToken: string | undefined
  do {
    const input = { ParameterFilters, MaxResults: 50, NextToken }
    const page: Described = await callSsm(endpoint, 'DescribeParameters', input)
    names.push(...page.Parameters.map(({ Name }) => Name).filter((name) => name.startsWith(prefix)))
    NextToken = page.NextToken
  } while (NextToken)
  const sought: Sought[] = []
  for (let at = 0; at < names.length; at += parametersMax) {
    const input = { Names: names.slice(at, at + parametersMax), WithDecryption: true }
    const { Parameters } = await callSsm<Read>(endpoint, 'GetParameters', input)
    sought.push(...Parameters.flatMap(({ Name, Value }) => partsOf(Name, Value)))
  }
  return { sought, skipped: [] }
}

/** What may not be read is told, and not looked for. */
const unlessRefused =
  (id: string) =>
  (thrown: unknown): Found => {
    if (!(thrown instanceof CallRefused)) throw thrown
    return { sought: [], skipped: [{ id, code: thrown.code }] }
  }
