/**
 * strongroom set: a new value for a secret, or for one field of it, from standard input or typed
 * without echo; never from the command line, where other users and the shell's history see it.
 */
import { randomUUID } from 'node:crypto'
import { text as readAll } from 'node:stream/consumers'
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
  const typed = await readValue()
  if (typed === '') throw new Refusal('No value was given.')
  const current = await currentText(endpoint, id)
  const SecretString = flags.field === undefined ? typed : withField(current, flags.field, typed)
  const ClientRequestToken = randomUUID()
  if (current === undefined) {
    const Description = flags.description
    const input = { Name: id, SecretString, Description, ClientRequestToken }
    await callSecrets(endpoint, 'CreateSecret', input)
  } else {
    await callSecrets(endpoint, 'PutSecretValue', {
      SecretId: id,
      SecretString,
      ClientRequestToken,
    })
  }
  const made = { name: id, versionId: ClientRequestToken }
  process.stdout.write(flags.json ? `${JSON.stringify(made)}\n` : line(id, ClientRequestToken))
}

/** A line's end behind what was piped is the pipe's, not the value's. */
async function readValue(): Promise<string> {
  if (!process.stdin.isTTY) return (await readAll(process.stdin)).replace(/\r?\n$/, '')
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message: 'The new value', mask: '•', output: process.stderr })
  if (isCancel(answer)) throw new Refusal('Nothing was changed.')
  return answer
}

/** The value that is there now; `undefined` if there is no such secret. */
async function currentText(endpoint: Endpoint, id: string): Promise<string | undefined> {
  try {
    return (await readText(endpoint, id)).text
  } catch (thrown) {
    if (thrown instanceof CallRefused && thrown.code === 'ResourceNotFoundException')
      return undefined
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
