/**
 * Whether secrets and parameters have changed, by their versions: values are not read for it. A server
 * that is away has changed nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { DescribeSecretResponse } from '../contract/generated/secretsmanager.ts'
import type { GetParameterResult } from '../contract/generated/ssm.ts'
import { callSecrets, callSsm, type Endpoint } from './client.ts'
import type { Reference } from './reference.ts'

const currentLabel = 'AWSCURRENT'

export class Watch {
  readonly #endpoint: Endpoint
  readonly #things: readonly Reference[]
  readonly #ended = new AbortController()

  constructor(endpoint: Endpoint, things: readonly Reference[]) {
    this.#endpoint = endpoint
    this.#things = things
  }

  /** What stands where the things' labels point. */
  async marks(): Promise<string> {
    const marks = this.#things.map((thing) => markOf(this.#endpoint, thing))
    return JSON.stringify(await Promise.all(marks))
  }

  /** Ends when the marks are no longer these; gives nothing. */
  async changed(marks: string, everyMs: number): Promise<undefined> {
    const { signal } = this.#ended
    while (!signal.aborted) {
      await sleep(everyMs, undefined, { signal }).catch(() => {})
      const now = signal.aborted ? marks : await this.marks().catch(() => marks)
      if (now !== marks) return
    }
  }

  end(): void {
    this.#ended.abort()
  }
}

async function markOf(endpoint: Endpoint, thing: Reference): Promise<string> {
  if (thing.kind === 'parameter') {
    const input = { Name: thing.name }
    const { Parameter } = await callSsm<GetParameterResult>(endpoint, 'GetParameter', input)
    return `${Parameter?.Version}`
  }
  if (thing.version !== undefined) return thing.version
  const input = { SecretId: thing.id }
  const found = await callSecrets<DescribeSecretResponse>(endpoint, 'DescribeSecret', input)
  const label = thing.stage ?? currentLabel
  const versions = Object.entries(found.VersionIdsToStages ?? {})
  return versions.find(([, labels]) => labels.includes(label))?.[0] ?? ''
}
