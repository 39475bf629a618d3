/** strongroom audit tail: the newest records of the account, oldest first; on request without end. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Refusal } from '../lib/fault.ts'
import { callStrongroom, type Endpoint, readEndpoint } from './client.ts'
import { plain } from './print.ts'

interface Flags {
  readonly lines: string
  readonly follow?: boolean
  readonly json?: boolean
  readonly profile?: string
}

interface Page {
  readonly Records: readonly { readonly Position: string; readonly CloudTrailEvent: string }[]
  readonly NextToken?: string
}

const followMilliseconds = 2000
const linesMax = 1000
/** Our own looking is recorded, too; following it would never come to rest. */
const ownName = 'TailAudit'

export async function tail(flags: Flags): Promise<void> {
  const lines = Number(flags.lines)
  if (!Number.isInteger(lines) || lines < 1 || lines > linesMax) {
    throw new Refusal(`--lines must be a whole number from 1 to ${linesMax}.`)
  }
  const endpoint = readEndpoint(flags.profile)
  const print = flags.json ? (text: string) => text : summary
  let seen = await show(endpoint, lines, undefined, print)
  while (flags.follow) {
    await sleep(followMilliseconds)
    seen = await show(endpoint, linesMax, seen, print)
  }
}

/** Prints what is newer than `seen`; gives the newest position. */
async function show(
  endpoint: Endpoint,
  lines: number,
  seen: string | undefined,
  print: (text: string) => string,
): Promise<string | undefined> {
  const { Records } = await callStrongroom<Page>(endpoint, ownName, { MaxResults: lines })
  const known = Records.findIndex(({ Position }) => Position === seen)
  const fresh = known === -1 ? Records : Records.slice(0, known)
  for (const { CloudTrailEvent } of fresh.toReversed()) {
    const isOurs = seen !== undefined && JSON.parse(CloudTrailEvent).eventName === ownName
    if (!isOurs) process.stdout.write(`${print(CloudTrailEvent)}\n`)
  }
  return Records[0]?.Position ?? seen
}

/** When, who, what, on what, how it ended: one line. */
function summary(text: string): string {
  const { eventTime, eventSource, eventName, userIdentity, resources, errorCode, requestID } =
    JSON.parse(text)
  const who = userIdentity.arn ?? userIdentity.type ?? userIdentity.invokedBy ?? '-'
  const what = `${eventSource.split('.')[0]}:${eventName}`
  const on = resources?.map((resource: { ARN: string }) => resource.ARN).join(' ') ?? '-'
  return [eventTime, errorCode ?? 'ok', who, what, on, requestID ?? '-'].map(plain).join('  ')
}
