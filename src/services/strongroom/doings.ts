/** What was done to a secret, by whom, as the audit's records tell it: counted, and the last of each. */
import type { ActionUse } from '../../contract/generated/strongroom.ts'
import { secondMs } from '../../lib/clock.ts'
import type { Recorded } from './recorded.ts'
import type { Rooms } from './service.ts'

/** One who did something, with what was done. */
export interface Doer {
  readonly arn: string
  readonly type: 'Root' | 'User' | 'Role' | 'Service' | 'OtherAccount' | 'Other'
  readonly actions: readonly ActionUse[]
}

const itemsPerPage = 500
const itemsMax = 20_000

/** Everybody who did something to this thing since then. Not complete if there was too much to look at. */
export async function doersOf(
  { events, caller, region }: Rooms,
  arn: string,
  sinceMs: number,
): Promise<{ doers: readonly Doer[]; isComplete: boolean }> {
  const attribute = { name: 'ResourceName', value: arn } as const
  const query = { account: caller.account, region, attribute, itemsMax: itemsPerPage }
  const from = Math.ceil(sinceMs / secondMs)
  const doers = new Map<string, Tally>()
  let before: Awaited<ReturnType<typeof events.find>>['next']
  let looked = 0
  do {
    const { items, next } = await events.find({ ...query, from, ...(before && { before }) })
    for (const { record, second } of items) note(doers, record as Recorded, second * secondMs)
    looked += items.length
    before = next
  } while (before && looked < itemsMax)
  const found = [...doers.values()].map(({ actions, ...doer }) => ({
    ...doer,
    actions: [...actions.values()].toSorted((a, b) => a.Action.localeCompare(b.Action)),
  }))
  return { doers: found, isComplete: before === undefined }
}

interface Tally extends Omit<Doer, 'actions'> {
  readonly actions: Map<string, Writable<ActionUse>>
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** Records come newest first: the first of each is the last that was done. */
function note(doers: Map<string, Tally>, record: Recorded, at: number): void {
  const who = doerOf(record)
  const tally = doers.get(who.arn) ?? { ...who, actions: new Map() }
  doers.set(who.arn, tally)
  const name = `${record.eventSource.split('.')[0]}:${record.eventName}`
  const use = tally.actions.get(name) ?? {
    ...{ Action: name, Count: 0, RefusedCount: 0, LastDate: at },
    LastSourceIp: record.sourceIPAddress,
    LastErrorCode: record.errorCode,
  }
  tally.actions.set(name, use)
  if (record.errorCode === undefined) use.Count++
  else use.RefusedCount++
  use.LastVersionId ??= record.additionalEventData?.versionId
}

function doerOf({ userIdentity }: Recorded): Omit<Doer, 'actions'> {
  const { type, arn, accountId, principalId = '', invokedBy, sessionContext } = userIdentity
  const role = sessionContext?.sessionIssuer?.arn
  if (type === 'AssumedRole' && role) return { arn: role, type: 'Role' }
  if (type === 'AWSAccount') return { arn: `${accountId}/${principalId}`, type: 'OtherAccount' }
  if (arn && (type === 'Root' || type === 'IAMUser')) {
    return { arn, type: type === 'Root' ? 'Root' : 'User' }
  }
  if (arn === undefined && invokedBy) return { arn: invokedBy, type: 'Service' }
  return { arn: arn ?? principalId, type: 'Other' }
}
