/** The audit, as tests read it: by the operator's API. */
import { callStrongroom } from '../../../src/cli/client.ts'
import type { Keys, TestHouse } from '../../house.ts'

/** What tests look at of a record. */
export interface TestRecord {
  readonly eventName: string
  readonly requestID: string
  readonly errorCode?: string
  readonly recipientAccountId: string
  readonly userIdentity: Record<string, unknown>
  readonly additionalEventData?: { readonly decision?: Record<string, unknown> }
  // biome-ignore lint/suspicious/noExplicitAny: tests look deep into answers
  readonly responseElements?: any
}

const filedBeside = new Set(['TailAudit', 'UnauthenticatedRequests', 'StoreUnsealed'])

export class StrongroomRecords {
  readonly #house: TestHouse

  constructor(house: TestHouse) {
    this.#house = house
  }

  /** The newest records but those of looking, and those that the house files when a minute is over; newest first. */
  async newest(count: number, keys: Keys = this.#house.root): Promise<TestRecord[]> {
    const { Records } = await call<{ Records: { CloudTrailEvent: string }[] }>(
      this.#house,
      'TailAudit',
      { MaxResults: count + 50 },
      keys,
    )
    const records: TestRecord[] = Records.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent))
    return records.filter(({ eventName }) => !filedBeside.has(eventName)).slice(0, count)
  }
}

/** One call of the operator's API; throws with the answer's code and words. */
export const call = <Output>(
  house: TestHouse,
  operation: string,
  input: object,
  credentials: Keys = house.root,
): Promise<Output> =>
  callStrongroom<Output>({ url: house.url, region: 'us-east-1', credentials }, operation, input)
