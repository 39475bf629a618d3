/**
 * strongroom set: a new value for a secret, or for one field of it, from standard input or typed
 * without echo; never from the command line, where other users and the shell's history see it.
 */
import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { buffer as readAll } from 'node:stream/consumers'
import { Refusal } from '../lib/fault.ts'
import { CallRefused, callSecrets, type Endpoint, readEndpoint } from './client.ts'
import { line } from './print.ts'
import { membersIn, readText } from './secret.ts'

interface Flags {
  readonly field?: string
  readonly description?: string
  readonly json?: boolean
  readonly profile?: string
}

export async function set(id: string, flags: Flags): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  const { field, description: Description } = flags
  const typed = await readValue()
  if (field !== undefined && 'SecretBinary' in typed) throw new Refusal('A field holds text.')
  const value =
    field === undefined || 'SecretBinary' in typed
      ? typed
      : { SecretString: withField(await currentText(endpoint, id), field, typed.SecretString) }
  const ClientRequestToken = randomUUID()
  const input = { ...value, ClientRequestToken }
  await callSecrets(endpoint, 'PutSecretValue', { SecretId: id, ...input }).catch((thrown) => {
    if (!isAbsent(thrown)) throw thrown
    return callSecrets(endpoint, 'CreateSecret', { Name: id, Description, ...input })
  })
  const made = { name: id, versionId: ClientRequestToken }
  process.stdout.write(flags.json ? `${JSON.stringify(made)}\n` : line(id, ClientRequestToken))
}

type Typed = { readonly SecretString: string } | { readonly SecretBinary: string }

/** What is no text stays the bytes that it is. A line's end behind a piped text is the pipe's, not the value's. */
async function readValue(): Promise<Typed> {
  const bytes = process.stdin.isTTY ? Buffer.from(await ask()) : await readAll(process.stdin)
  if (bytes.length === 0) throw new Refusal('No value was given.')
  if (!isUtf8(bytes)) return { SecretBinary: bytes.toString('base64') }
  const text = bytes.toString('utf8')
  const SecretString = process.stdin.isTTY ? text : text.replace(/\r?\n$/, '')
  if (SecretString === '') throw new Refusal('No value was given.')
  return { SecretString }
}

async function ask(): Promise<string> {
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message: 'The new value', mask: '•', output: process.stderr })
  if (isCancel(answer)) throw new Refusal('Nothing was changed.')
  return answer
}

const isAbsent = (thrown: unknown): boolean =>
  thrown instanceof CallRefused && thrown.code === 'ResourceNotFoundException'

/** The value that is there now; `undefined` if there is no such secret. */
async function currentText(endpoint: Endpoint, id: string): Promise<string | undefined> {
  try {
    return (await readText(endpoint, id)).text
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined
    throw thrown
  }
}

function withField(current: string | undefined, field: string, value: string): string {
  if (current !== undefined && !membersIn(current)) {
    throw new Refusal('The secret does not hold a JSON object: it has no fields.')
  }
  const before = JSON.parse(current ?? '{}') as Record<string, unknown>
  return JSON.stringify({ ...before, [field]: value })
}
