/**
 * Whether secrets and parameters have changed, by their versions: values are not read for it. Strongroom tells
 * at once, others are asked every now and then; a server that is away has changed nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { DescribeSecretResponse } from '../contract/generated/secretsmanager.ts'
import type { GetParameterResult } from '../contract/generated/ssm.ts'
import type { WatchedSet, WatchSecretsResponse } from '../contract/generated/strongroom.ts'
import { CallRefused, callSecrets, callSsm, callStrongroom, type Endpoint } from './client.ts'
import type { Reference } from './reference.ts'

const currentLabel = 'AWSCURRENT'
const waitSeconds = 20
/** A change is followed by others: an answer is not asked for again at once. */
const breathMilliseconds = 100

export class Watch {
  readonly #endpoint: Endpoint
  readonly #things: readonly Reference[]
  readonly #ended = new AbortController()
  #position: string | undefined
  #isTold = true

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
      await this.#news(everyMs)
      const now = signal.aborted ? marks : await this.marks().catch(() => marks)
      if (now !== marks) return
    }
  }

  /**
   * Waits until the server says that something changed. One that does not tell, as AWS, or not to this caller,
   * is asked by the clock.
   */
  async #news(everyMs: number): Promise<void> {
    const { signal } = this.#ended
    const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => {})
    if (!this.#isTold) return pause(everyMs)
    const Position = this.#position
    const input = { Watched: this.#watched(), WaitSeconds: waitSeconds, Position }
    try {
      const told = await callStrongroom<WatchSecretsResponse>(
        this.#endpoint,
        'WatchSecrets',
        input,
        signal,
      )
      this.#position = told.Position
      // What it may not tell of is looked at by the clock, too.
      this.#isTold =
        (told.Refused.SecretIds ?? []).length + (told.Refused.ParameterNames ?? []).length === 0
      await pause(breathMilliseconds)
    } catch (thrown) {
      this.#isTold = !(thrown instanceof CallRefused)
      await pause(everyMs)
    }
  }

  #watched(): WatchedSet {
    const secrets = this.#things.flatMap((each) => (each.kind === 'secret' ? [each.id] : []))
    const parameters = this.#things.flatMap((each) =>
      each.kind === 'parameter' ? [each.name.replace(/:\d+$/, '')] : [],
    )
    return {
      ...(secrets.length > 0 && { SecretIds: [...new Set(secrets)] }),
      ...(parameters.length > 0 && { ParameterNames: [...new Set(parameters)] }),
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
