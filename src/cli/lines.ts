/**
 * What a function writes while it rotates a secret, as it comes. Its own words: a careless function may
 * print a value, which is why nobody sees them unasked.
 */
import type { FilterLogEventsResponse } from '../contract/generated/logs.ts'
import { CallRefused, callLogs, type Endpoint } from './client.ts'
import { line } from './print.ts'

export class FunctionLines {
  readonly #endpoint: Endpoint
  readonly #seen = new Set<string>()
  #since = Date.now()

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint
  }

  /** Prints what is new. A function that has not written yet has no group of lines. */
  async print(functionArn: string): Promise<void> {
    const name = functionArn.split(':')[6] ?? ''
    const input = { logGroupName: `/aws/lambda/${name}`, startTime: this.#since }
    const { events = [] } = await callLogs<FilterLogEventsResponse>(
      this.#endpoint,
      'FilterLogEvents',
      input,
    ).catch(unlessAbsent)
    for (const { eventId = '', timestamp = 0, message = '' } of events) {
      if (this.#seen.has(eventId)) continue
      this.#seen.add(eventId)
      this.#since = Math.max(this.#since, timestamp)
      process.stderr.write(line('   ', message.trimEnd()))
    }
  }
}

function unlessAbsent(thrown: unknown): FilterLogEventsResponse {
  if (thrown instanceof CallRefused && thrown.code === 'ResourceNotFoundException') return {}
  throw thrown
}
