/**
 * Why a call was answered as it was: the statement that decided then, as the audit kept it, and the
 * same question asked again now, statement by statement, with the least that would have to change for
 * it to be allowed. Then and now differ when a policy has changed.
 */
import type { AccountId } from '../../lib/brand.ts'
import { Fault } from '../../lib/fault.ts'
import { explain as explainQuestion } from '../../policy/explain.ts'
import { remediesFor } from '../../policy/remedy.ts'
import { anything } from '../operation.ts'
import { circumstancesIn, decisionIn, type Recorded, whoIn } from './recorded.ts'
import { fault, operation, type Rooms } from './service.ts'
import { changeView, decisionView, statementView } from './views.ts'

export const explain = operation('Explain', {
  action: 'strongroom:Explain',
  touches: ({ caller }) => anything(caller.account),

  async run(rooms, { RequestId }) {
    const record = await findRecord(rooms, RequestId)
    return {
      CloudTrailEvent: JSON.stringify(record),
      Then: decisionIn(record),
      ...reconsidered(rooms, record),
    }
  },
})

/** A request has few records, unless it is a batch: its outermost is the newest. */
const itemsMax = 500

/** The record of the request: of the call inside it that was refused, else of its outermost. */
async function findRecord({ events, caller }: Rooms, requestId: string): Promise<Recorded> {
  const attribute = { name: 'RequestId', value: requestId } as const
  const { items } = await events.find({ account: caller.account, attribute, itemsMax })
  const records = items.map(({ record }) => record as Recorded)
  const found = records.find((record) => isRefused(record)) ?? records[0]
  if (found) return found
  throw fault(
    'ResourceNotFoundException',
    `No request ${requestId} is among the records of this account that can be looked up.`,
  )
}

const isRefused = (record: Recorded): boolean =>
  (decisionIn(record)?.Outcome ?? 'allow') !== 'allow'

/** The question as it would be decided now, or why it cannot be asked again. */
function reconsidered({ attempt, people, consider, caller }: Rooms, record: Recorded) {
  const who = whoIn(record, caller.account as AccountId)
  const authority = who && people.authorityOf(attempt, who)
  if (!authority) return { Unknown: 'The identity that called is not one that can call now.' }
  try {
    const { question } = consider({
      authority,
      service: record.eventSource.slice(0, record.eventSource.indexOf('.')),
      operation: record.eventName,
      input: record.requestParameters ?? {},
      isRecorded: true,
      circumstances: circumstancesIn(record),
    })
    if (!question) return { Unknown: 'The operation needs no permission.' }
    const action = decisionIn(record)?.Action ?? question.action
    const asked = { ...question, action }
    const { decision, statements } = explainQuestion(asked)
    const hint = who.session && 'Session policies and tags of the session are not known any more.'
    return {
      Now: decisionView(decision),
      Statements: statements.map(statementView),
      Changes: remediesFor(asked)?.map(changeView),
      Unknown: hint,
    }
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    return { Unknown: `The request cannot be asked about again: ${thrown.code}` }
  }
}
