/**
 * What an agent gave out of its cache: who was given which version, how often, from when to when. It is
 * the agent's word and recorded as such, each receipt under a name of its own that nobody takes for a
 * call of GetSecretValue. A batch that is sent again is recorded again, under the same id.
 */
import { randomUUID } from 'node:crypto'
import type { ReadReceipt } from '../../contract/generated/strongroom.ts'
import { anything } from '../operation.ts'
import { operation, type Rooms } from './service.ts'
import { receiptSubject } from './watch.ts'

export const putReadReceipts = operation('PutReadReceipts', {
  action: 'strongroom:PutReadReceipts',
  touches: ({ caller }) => anything(caller.account),

  run(rooms, { BatchId, Receipts }) {
    for (const receipt of Receipts) note(rooms, BatchId, receipt)
    return { BatchId }
  },
})

function note(rooms: Rooms, batchId: string, receipt: ReadReceipt): void {
  const { attempt, caller, region, draws, requestId, receiptRecord } = rooms
  const { subject, mayRead } = receiptSubject(rooms, receipt)
  const record = receiptRecord({
    eventId: draws.draw('receipt', () => randomUUID()),
    ...{ at: draws.at, region, caller, requestId, batchId, mayRead },
    resource: subject && { arn: subject.arn, account: subject.account, type: subject.type },
    ...{ kind: receipt.Kind, id: receipt.Id, version: receipt.Version, count: receipt.Count },
    ...{ firstAt: receipt.FirstReadDate, lastAt: receipt.LastReadDate },
    application: receipt.Application,
  })
  attempt.record(record)
}
