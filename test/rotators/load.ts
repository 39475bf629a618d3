/** Clients that log in with a secret through the caching client, all the while that it is rotated. */
import { setTimeout as pause } from 'node:timers/promises'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import { SecretsCache } from '../../src/cache/index.ts'
import type { Attached, Workshop } from './workshop.ts'

export interface Load {
  readonly clients: number
  readonly rotations: number
  /** Logs in as a program would, and out again; throws its driver's error when refused. */
  logIn(login: Record<string, string>): Promise<void>
}

export interface Outcome {
  readonly logins: number
  /** Log-ins that the server refused, whatever became of them. */
  readonly refused: number
  /** What a client was left with after all of its tries. */
  readonly unmended: string[]
  /** How many versions the clients have logged in with. */
  readonly versions: number
}

const ttlSeconds = 0.2

/** A rotation waits until every client has seen the last one: what is kept longer is no log-in's fault. */
export async function rotateUnderLoad(
  workshop: Workshop,
  attached: Attached,
  load: Load,
): Promise<Outcome> {
  const state = { isOver: false, logins: 0, refused: 0 }
  const unmended: string[] = []
  const versions = new Set<string>()
  const client = async () => {
    const secrets = new SecretsCache({
      client: new SecretsManager(workshop.house.client()),
      ttlSeconds,
    })
    while (!state.isOver) {
      const use = async (secret: Awaited<ReturnType<SecretsCache['getSecret']>>) => {
        try {
          await load.logIn((await secret.json()) as Record<string, string>)
        } catch (thrown) {
          state.refused++
          throw thrown
        }
        state.logins++
        versions.add(secret.versionId)
      }
      await secrets.withSecret(attached.arn, use).catch((thrown) => {
        unmended.push(thrown.code ?? thrown.name)
      })
    }
  }
  const clients = Array.from({ length: load.clients }, client)
  // Between these two steps a single user's secret is behind its database.
  attached.before = async (step) => {
    if (step === 'finishSecret') await pause(ttlSeconds * 1000)
  }
  for (let n = 0; n < load.rotations; n++) {
    await attached.rotate()
    const seen = state.logins
    while (state.logins < seen + 2 * load.clients) await pause(20)
    await pause(2 * ttlSeconds * 1000)
  }
  state.isOver = true
  await Promise.all(clients)
  return { logins: state.logins, refused: state.refused, unmended, versions: versions.size }
}
