/** Writing values: a secret is made, or gets a version. */
import { randomUUID } from 'node:crypto'
import { Refusal } from '../lib/fault.ts'
import { CallRefused, callSecrets, type Endpoint } from './client.ts'
import { plain } from './print.ts'

export interface Incoming {
  readonly name: string
  readonly text?: string
  readonly base64?: string
}

/** What is there under a name, against what would be. */
export type State = 'new' | 'changed' | 'same'

interface Got {
  readonly SecretString?: string
  readonly SecretBinary?: string
}

/** The value that is there now; `undefined` if there is no such secret. */
export const readCurrent = (endpoint: Endpoint, name: string): Promise<Got | undefined> =>
  callSecrets<Got>(endpoint, 'GetSecretValue', { SecretId: name }).catch((thrown: unknown) => {
    if (thrown instanceof CallRefused && thrown.code === 'ResourceNotFoundException') {
      return undefined
    }
    throw thrown
  })

export function stateOf(current: Got | undefined, { text, base64 }: Incoming): State {
  if (!current) return 'new'
  return current.SecretString === text && current.SecretBinary === base64 ? 'same' : 'changed'
}

/** Throws Refusal for names that Secrets Manager does not take. */
export function mustBeName(name: string): void {
  if (/^[\w/+=.@-]{1,512}$/.test(name)) return
  throw new Refusal(`${plain(name)} can't be a secret's name: letters, digits and /_+=.@- can.`)
}

/** Writes and reads back: what is taken away elsewhere must be here. */
export async function put(endpoint: Endpoint, incoming: Incoming, state: State): Promise<void> {
  const { name, text: SecretString, base64: SecretBinary } = incoming
  const value = { SecretString, SecretBinary, ClientRequestToken: randomUUID() }
  if (state === 'new') await callSecrets(endpoint, 'CreateSecret', { Name: name, ...value })
  else if (state === 'changed') {
    await callSecrets(endpoint, 'PutSecretValue', { SecretId: name, ...value })
  }
  if (stateOf(await readCurrent(endpoint, name), incoming) !== 'same') {
    throw new Refusal(`${plain(name)} does not hold what was written: somebody else changed it.`)
  }
}
