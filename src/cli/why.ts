/** strongroom why: what decided about a request then, and how the same would be decided now. */
import type {
  Change,
  DecisionView,
  ExplainResponse,
  StatementView,
} from '../contract/generated/strongroom.ts'
import { callStrongroom, readEndpoint } from './client.ts'
import { line } from './print.ts'
import { statementText } from './who.ts'

export async function why(
  requestId: string,
  flags: { profile?: string; json?: boolean },
): Promise<void> {
  const input = { RequestId: requestId }
  const answer = await callStrongroom<ExplainResponse>(
    readEndpoint(flags.profile),
    'Explain',
    input,
  )
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(answer)}\n`)
    return
  }
  const { Then, Now, Statements = [], Changes = [], Unknown } = answer
  process.stdout.write(summary(JSON.parse(answer.CloudTrailEvent)))
  process.stdout.write(line('then', Then ? decisionText(Then) : 'nothing had to be decided'))
  if (Now) process.stdout.write(line('now ', decisionText(Now)))
  for (const statement of Statements) process.stdout.write(statementLine(statement))
  for (const change of Changes) process.stdout.write(changeText(change))
  if (Unknown) process.stdout.write(line('note', Unknown))
}

interface Event {
  readonly eventTime: string
  readonly eventSource: string
  readonly eventName: string
  readonly errorCode?: string
  readonly userIdentity: { readonly arn?: string; readonly principalId?: string }
}

function summary({ eventTime, eventSource, eventName, errorCode, userIdentity }: Event): string {
  const what = `${eventSource.split('.')[0]}:${eventName}`
  const who = userIdentity.arn ?? userIdentity.principalId ?? '-'
  return line(eventTime, errorCode ?? 'ok', who, what)
}

function decisionText({ Outcome, Action, Missing, By }: DecisionView): string {
  const outcome = Action === undefined ? Outcome : `${Action}: ${Outcome}`
  if (By) return `${outcome} by ${statementText(By)}`
  return Missing === undefined ? `${outcome} as root` : `${outcome}: no ${Missing} policy allows it`
}

function statementLine(statement: StatementView): string {
  const { Effect, Applied, Misses, Grant } = statement
  const isMere = Applied && Grant === 'account' && Effect === 'Allow'
  const reason = isMere ? 'leaves it to the account' : `does not apply: ${Misses.join(', ')}`
  const outcome = Applied && !isMere ? 'applies' : reason
  return line('    ', Effect.padEnd(5), statementText(statement), outcome)
}

/** One step of what would have to change for the request to be allowed. */
function changeText({ PolicyKind, Document, By, Near, NearMiss }: Change): string {
  if (By) return line('to allow it, narrow', statementText(By))
  const near = Near
    ? [line('    or widen', statementText(Near), `which lacks only this: ${NearMiss}`)]
    : []
  return [line('to allow it, add to the', PolicyKind, 'policy', Document ?? ''), ...near].join('')
}
