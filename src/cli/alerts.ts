/** strongroom alerts: what detections found, oldest first; on request without end. And acknowledging one. */
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  AcknowledgeAlertResponse,
  AlertView,
  ListAlertsResponse,
} from '../contract/generated/strongroom.ts'
import { callStrongroom, type Endpoint, readEndpoint } from './client.ts'
import { parseSince } from './duration.ts'
import { line } from './print.ts'

interface Flags {
  readonly since?: string
  readonly open?: boolean
  readonly detection?: string
  readonly follow?: boolean
  readonly json?: boolean
  readonly profile?: string
}

interface Asked {
  readonly Since?: number
  readonly Open?: true
  readonly Detection?: string
}

const followMilliseconds = 2000
/** New alerts of one look: those behind a hundred are in the next one. */
const newestItems = 100

export async function alerts(flags: Flags): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  const asked: Asked = {
    ...(flags.since !== undefined && { Since: parseSince(flags.since) }),
    ...(flags.open && { Open: true }),
    ...(flags.detection !== undefined && { Detection: flags.detection }),
  }
  const print = flags.json ? (alert: AlertView) => `${JSON.stringify(alert)}\n` : text
  let known = await allAlerts(endpoint, asked)
  show(known, print)
  while (flags.follow) {
    await sleep(followMilliseconds)
    const newest = await newAlerts(endpoint, asked)
    show(freshIn(newest, known.slice(0, newestItems)), print)
    known = newest
  }
}

async function allAlerts(endpoint: Endpoint, asked: Asked): Promise<readonly AlertView[]> {
  const found: AlertView[] = []
  let NextToken: string | undefined
  do {
    const input = { ...asked, ...(NextToken !== undefined && { NextToken }) }
    const page = await callStrongroom<ListAlertsResponse>(endpoint, 'ListAlerts', input)
    found.push(...page.Alerts)
    NextToken = page.NextToken
  } while (NextToken !== undefined)
  return found
}

async function newAlerts(endpoint: Endpoint, asked: Asked): Promise<readonly AlertView[]> {
  const input = { ...asked, MaxResults: newestItems }
  return (await callStrongroom<ListAlertsResponse>(endpoint, 'ListAlerts', input)).Alerts
}

/** What was not there before. What is older than all that was has only moved up. Ids sort by time. */
function freshIn(newest: readonly AlertView[], known: readonly AlertView[]): AlertView[] {
  const ids = new Set(known.map(({ Id }) => Id))
  const oldest = known.length < newestItems ? '' : (known.at(-1)?.Id ?? '')
  return newest.filter(({ Id }) => !ids.has(Id) && Id > oldest)
}

function show(found: readonly AlertView[], print: (alert: AlertView) => string): void {
  for (const alert of found.toReversed()) process.stdout.write(print(alert))
}

const isoOf = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace(/\.\d+/, '')

const text = (alert: AlertView): string =>
  line(
    isoOf(alert.FirstDate),
    alert.AcknowledgedDate === undefined ? 'open' : 'seen',
    alert.Severity.padEnd(8),
    alert.Detection,
    ...[alert.Principal, alert.Resource].filter((each) => each !== undefined),
  ) + line('   ', `${alert.Words}${timesText(alert)} (${alert.Id})`)

const timesText = ({ Count, LastDate }: AlertView): string =>
  Count > 1 ? `; ${Count} times, last ${isoOf(LastDate)}` : ''

export async function acknowledge(
  AlertId: string,
  flags: { readonly profile?: string },
): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  const answer = await callStrongroom<AcknowledgeAlertResponse>(endpoint, 'AcknowledgeAlert', {
    AlertId,
  })
  process.stdout.write(text(answer.Alert))
}
