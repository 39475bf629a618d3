/**
 * Rotation functions that run inside the test, with a client of the house as AWS's templates use it, in
 * place of those that Lambda runs. The steps are AWS's, written anew.
 */
import {
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import type { Source } from '../../../src/rotation/ports.ts'
import type { RotationFunctions } from '../../../src/world.ts'

/** What a function is called with. */
export interface Event {
  readonly Step: 'createSecret' | 'setSecret' | 'testSecret' | 'finishSecret'
  readonly SecretId: string
  readonly ClientRequestToken: string
  readonly RotationToken: string
}

export type Handler = (event: Event, source: Source) => Promise<void>

/** A function that a handler is; its errors are told by their names, as Lambda tells them. */
export function functionsOf(
  handler: Handler,
  mayInvoke: (arn: string) => boolean = () => true,
): RotationFunctions {
  return {
    mayInvoke,
    async invoke(_arn, source, payload) {
      try {
        await handler(JSON.parse(Buffer.from(payload).toString()), source)
        return {}
      } catch (thrown) {
        return { error: 'Unhandled', errorType: (thrown as Error).name }
      }
    },
  }
}

/** A function that never comes back. */
export const silent = (mayInvoke?: (arn: string) => boolean): RotationFunctions =>
  functionsOf(() => new Promise(() => {}), mayInvoke)

/** A function whose test succeeds, and that otherwise never comes back. */
export const tested = (mayInvoke?: (arn: string) => boolean): RotationFunctions =>
  functionsOf(async ({ Step }) => {
    if (Step !== 'testSecret') await new Promise(() => {})
  }, mayInvoke)

/** The login service that a secret opens. */
export interface Logins {
  set(password: string, by: string): Promise<void>
  opens(password: string): Promise<boolean>
}

/** A single user's function, step by step as AWS's templates go. */
export function singleUser(client: () => SecretsManagerClient, logins: Logins): Handler {
  const steps = stepsFor(client, logins)
  return async (event) => {
    const { SecretId, ClientRequestToken: token } = event
    const described = await client().send(new DescribeSecretCommand({ SecretId }))
    if (!described.RotationEnabled) throw new NotEnabled()
    const stages = described.VersionIdsToStages?.[token]
    if (!stages) throw new NotThere()
    if (stages.includes('AWSCURRENT')) return
    if (!stages.includes('AWSPENDING')) throw new NotPending()
    await steps[event.Step](event, described.VersionIdsToStages ?? {})
  }
}

class NotEnabled extends Error {
  override name = 'NotEnabled'
}
class NotThere extends Error {
  override name = 'NotThere'
}
class NotPending extends Error {
  override name = 'NotPending'
}
class NoLogin extends Error {
  override name = 'NoLogin'
}

type Stages = Record<string, string[]>
type Steps = Record<Event['Step'], (event: Event, stages: Stages) => Promise<void>>

function stepsFor(client: () => SecretsManagerClient, logins: Logins): Steps {
  const read = async (SecretId: string, VersionStage: string, VersionId?: string) => {
    const input = { SecretId, VersionStage, ...(VersionId && { VersionId }) }
    return (await client().send(new GetSecretValueCommand(input))).SecretString ?? ''
  }
  const readPending = ({ SecretId, ClientRequestToken }: Event) =>
    read(SecretId, 'AWSPENDING', ClientRequestToken)
  return {
    async createSecret(event) {
      const { SecretId, ClientRequestToken, RotationToken } = event
      await read(SecretId, 'AWSCURRENT')
      try {
        await readPending(event)
      } catch (thrown) {
        if ((thrown as Error).name !== 'ResourceNotFoundException') throw thrown
        const { RandomPassword: SecretString } = await client().send(
          new GetRandomPasswordCommand({}),
        )
        const VersionStages = ['AWSPENDING']
        const put = { SecretId, ClientRequestToken, RotationToken, SecretString, VersionStages }
        await client().send(new PutSecretValueCommand(put))
      }
    },
    async setSecret(event) {
      const pending = await readPending(event)
      if (await logins.opens(pending)) return
      for (const stage of ['AWSCURRENT', 'AWSPREVIOUS']) {
        const password = await read(event.SecretId, stage).catch(() => '')
        if (await logins.opens(password)) return logins.set(pending, password)
      }
      throw new NoLogin()
    },
    async testSecret(event) {
      if (!(await logins.opens(await readPending(event)))) throw new NoLogin()
    },
    async finishSecret({ SecretId, ClientRequestToken: MoveToVersionId }, stages) {
      const holder = Object.keys(stages).find((id) => stages[id]?.includes('AWSCURRENT'))
      const move = { MoveToVersionId, RemoveFromVersionId: holder, VersionStage: 'AWSCURRENT' }
      await client().send(new UpdateSecretVersionStageCommand({ SecretId, ...move }))
    },
  }
}

/** A login service of one user, in memory. */
export class OneLogin implements Logins {
  #password: string

  constructor(password: string) {
    this.#password = password
  }

  async set(password: string, by: string): Promise<void> {
    if (by !== this.#password) throw new NoLogin()
    this.#password = password
  }

  async opens(password: string): Promise<boolean> {
    return password === this.#password
  }
}
