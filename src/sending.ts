/** How events reach their targets: functions and log groups of this deployment, and addresses outside. */

import { ruleArn } from './events/arns.ts'
import type { Destinations } from './events/destination.ts'
import { inputFor, type Taken } from './events/input.ts'
import type { TargetRecord } from './events/records.ts'
import type { Send, Verdict } from './events/retry.ts'
import { kindOf, type TargetKind } from './events/targets.ts'
import { parseArn } from './lib/arn.ts'
import { utf8 } from './lib/bytes.ts'
import type { Clock } from './lib/clock.ts'
import { Fault } from './lib/fault.ts'
import { mayAs } from './ports.ts'
import type { EnterAs } from './server/inside.ts'
import { appendLines, type Measure } from './services/logs/index.ts'
import { LogReader } from './services/logs/store.ts'
import type { Store } from './store/store.ts'

interface Needs {
  readonly store: Store
  readonly clock: Clock
  readonly enterAs: EnterAs
  readonly destinations: Destinations
  /** Adds what metric filters found to their metrics. */
  readonly measure: Measure
}

/** By the kind of target. */
export function sendBy(needs: Needs): Send {
  const ways: Readonly<Record<TargetKind, Send>> = {
    function: (target, taken) => toFunction(needs, target, taken),
    'log-group': (target, taken) => toLogGroup(needs, target, taken),
    'api-destination': (target, taken, signal) => toDestination(needs, target, taken, signal),
  }
  return async (target, taken, signal) => {
    const kind = kindOf(target.arn)
    return kind ? ways[kind](target, taken, signal) : refused('UNSUPPORTED', 'No such target here.')
  }
}

const refused = (code: string, words: string): Verdict => ({ kind: 'refused', code, words })

const principal = 'events.amazonaws.com'

/** Queued there: how often a function that fails is run again is Lambda's business. */
async function toFunction(
  { enterAs }: Needs,
  target: TargetRecord,
  taken: Taken,
): Promise<Verdict> {
  const { bus, rule, ...shelf } = taken.lane
  const { account, region } = shelf
  const behalf = { principal, account, region, sourceArn: ruleArn(shelf, bus, rule) } as const
  const Payload = utf8(inputFor(target, taken))
  const input = { FunctionName: target.arn, InvocationType: 'Event', Payload }
  try {
    await enterAs(behalf, { service: 'lambda', operation: 'Invoke', input })
    return { kind: 'arrived' }
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown
    const { code } = thrown
    if (passing.test(code)) return { kind: 'failed', code, words: 'The function was not taken.' }
    return refused(
      code,
      'The function is not there, or does not let events.amazonaws.com invoke it.',
    )
  }
}

const passing = /^(?:Throttling|TooManyRequests|Service|Internal|ResourceConflict|ResourceNotReady)/

/** The group must be there; each day and rule has a stream of its own. */
async function toLogGroup(
  { store, clock, measure }: Needs,
  target: TargetRecord,
  taken: Taken,
): Promise<Verdict> {
  const { account, region, rule } = taken.lane
  const group = parseArn(target.arn)?.resource.replace(/^log-group:|:\*$/g, '') ?? ''
  const at = clock.now()
  const stream = `${new Date(at).toISOString().slice(0, 10).replaceAll('-', '/')}/${rule}`
  const message = inputFor(target, taken)
  return store.attempt(async (attempt) => {
    const isThere = new LogReader(attempt).findGroup({ account, region }, group)
    if (!isThere) return refused('NO_RESOURCE', 'The log group is gone.')
    await appendLines(attempt, { account, region, group, stream }, [{ at, message }], at, measure)
    return { kind: 'arrived' }
  })
}

/** With a role, that role must still be allowed to, and trust this service. */
async function toDestination(
  { store, clock, destinations }: Needs,
  target: TargetRecord,
  taken: Taken,
  signal: AbortSignal,
): Promise<Verdict> {
  const { lane } = taken
  const { roleArn } = target
  if (roleArn !== undefined) {
    const [, name = '', id = ''] = parseArn(target.arn)?.resource.split('/') ?? []
    const sourceArn = ruleArn(lane, lane.bus, lane.rule)
    const asked = {
      roleArn,
      service: principal,
      sourceArn,
      sessionName: `${name}-${id}`.slice(0, 64),
    }
    const action = 'events:InvokeApiDestination'
    const when = { region: lane.region, at: clock.now() }
    const may = await store.see((look) => mayAs(look, asked, action, target.arn, when))
    if (!may)
      return refused(
        'NO_PERMISSIONS',
        `The role may not ${action}, or does not trust ${principal}.`,
      )
  }
  return destinations.send(target, taken, signal)
}
