/** A house with secrets, and an agent in front of it with credentials that may read. Ends with the test. */
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { type Agent, startAgent } from '../../src/agent/agent.ts'
import { type Settings, settingsOf, type Told } from '../../src/agent/settings.ts'
import type { World } from '../../src/cache/world.ts'
import type { Keys, TestHouse } from '../house.ts'

export const token = 'token-of-the-applications'

export interface Running extends AsyncDisposable {
  readonly agent: Agent
  readonly url: string
  readonly log: string[]
  /** Asks as an application does, with the token. */
  ask(path: string, headers?: Record<string, string>): Promise<Told200>
  close(): Promise<void>
}

interface Told200 {
  readonly status: number
  readonly text: string
  /** The answer as JSON. */
  json(): Record<string, unknown>
}

/** What an agent is started with beside this house. */
export const environmentOf = ({ url, root }: TestHouse, keys: Keys = root) => ({
  AWS_TOKEN: token,
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL: url,
  AWS_ACCESS_KEY_ID: keys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
  AWS_SESSION_TOKEN: keys.sessionToken,
  AWS_EC2_METADATA_DISABLED: 'true',
  HOME: '/nowhere',
})

export interface Options {
  readonly told?: Told
  readonly environment?: Record<string, string | undefined>
  readonly world?: World
}

export async function runAgent(house: TestHouse, options: Options = {}): Promise<Running> {
  const log: string[] = []
  const agent = await startAgent({
    settings: testSettings(options.told),
    environment: { ...environmentOf(house), ...options.environment },
    ...(options.world && { world: options.world }),
    write: (line) => void log.push(line),
  })
  const [url = ''] = agent.urls
  const close = () => agent.close()
  return {
    agent,
    url,
    log,
    ask: (path, headers) => ask(url, path, headers),
    close,
    [Symbol.asyncDispose]: close,
  }
}

export const testSettings = (told: Told = {}): Settings =>
  settingsOf({ listen: [{ host: '127.0.0.1', port: 0 }] }, told)

export async function ask(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<Told200> {
  const shown = { 'X-Aws-Parameters-Secrets-Token': token, ...headers }
  const response = await fetch(`${url}${path}`, { headers: shown })
  const text = await response.text()
  return { status: response.status, text, json: () => JSON.parse(text) }
}

/** Makes a secret; gives its ARN. */
export async function addSecret(house: TestHouse, Name: string, SecretString: string) {
  const client = new SecretsManagerClient(house.client())
  const { ARN = '' } = await client.send(new CreateSecretCommand({ Name, SecretString }))
  return ARN
}

/** A world in which time passes only when told, and chance is even. */
export function setWorld() {
  const state = { at: Date.now() }
  const world: World = {
    now: () => state.at,
    random: () => 0,
    wait: (milliseconds) =>
      new Promise((resolve) => setTimeout(resolve, Math.min(milliseconds, 5))),
  }
  const pass = (seconds: number) => {
    state.at += seconds * 1000
  }
  return { world, pass }
}
