/**
 * Clients that read and write secrets, labels and permissions through several nodes while everything
 * under them fails, and what is held against their history afterwards.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Pair, raisePair } from '../postgres-pair.ts'
import { type Chance, chance } from './chance.ts'
import { type FaultLog, type FaultName, happen } from './faults.ts'
import { type Fleet, raiseFleet } from './fleet.ts'
import { byObject, type Heard, History, settled, unrecorded } from './history.ts'
import { readJournal } from './journal.ts'
import { findLie, type Lie } from './linearizable.ts'
import { denied, letGo, Permission, SharedSecret, type Via } from './objects.ts'

export interface Plan {
  readonly seed: number
  readonly faults: readonly FaultName[]
  readonly nodes?: number
  readonly clients?: number
  /** For how long nothing fails between two faults. */
  readonly quietMilliseconds?: number
  /** Modules to be loaded into each node before it. */
  readonly imports?: readonly string[]
  /** Told what happens. */
  say?(words: string): void
}

export interface Findings {
  readonly lies: readonly Lie<Heard>[]
  /** Answers that no truthful house gives. */
  readonly surprises: readonly string[]
  /** Answered calls without a record in the audit. */
  readonly unrecorded: readonly Heard[]
  /** How many calls: answered, of unknown outcome, and of those in the audit all the same. */
  readonly counts: { readonly answered: number; readonly unknown: number; readonly settled: number }
  readonly batches: number
  /** From a server's end, and from its standby's promotion, to the next write that was acknowledged. */
  readonly recoveries: readonly { readonly sinceKill: number; readonly sincePromotion: number }[]
  readonly log: FaultLog
  /** How nodes ended that nobody ended. */
  readonly deaths: readonly string[]
  /** What the nodes told their operators. */
  readonly told: string
}

interface Stage {
  readonly plan: Plan
  readonly pair: Pair
  readonly fleet: Fleet
  readonly history: History
  readonly secrets: readonly SharedSecret[]
  readonly permissions: readonly Permission[]
}

export async function run(plan: Plan): Promise<Findings> {
  await using pair = await raisePair()
  await using fleet = await raiseFleet(pair, { nodes: 3, ...plan })
  const { root } = fleet
  const history = new History(`linear/${plan.seed}`)
  const names = { secrets: ['one', 'two', 'three'], users: ['ann', 'bob'] }
  const secrets = names.secrets.map((name) => new SharedSecret(name, root, history))
  const permissions = names.users.map((name) => new Permission(name, 'one', root, history))
  const stage = { plan, pair, fleet, history, secrets, permissions }
  const initials = await begin(stage)
  const log: FaultLog = { faults: [], failovers: [] }
  const ending = new AbortController()
  const clients = Array.from({ length: plan.clients ?? 16 }, (_, n) =>
    live(stage, n, ending.signal),
  )
  try {
    await failing(stage, log)
  } finally {
    ending.abort()
    await Promise.all(clients)
  }
  await readAll(stage)
  letGo()
  await Promise.all(fleet.nodes.map((node) => node.kill()))
  return await judged(stage, initials, log)
}

const patient = 60_000

/** Everything that there is to read, as it is at first. */
async function begin({ fleet, secrets, permissions }: Stage): Promise<Map<string, string>> {
  const via = { node: 0, url: fleet.nodes[0]?.url ?? '', milliseconds: patient }
  const initials = new Map<string, string>()
  for (const secret of secrets) initials.set(secret.name, await secret.create(via))
  for (const permission of permissions) {
    await permission.create(via)
    initials.set(permission.name, denied)
  }
  return initials
}

/** One client, one call after the other. */
async function live(stage: Stage, number: number, ending: AbortSignal): Promise<void> {
  const luck = chance(stage.plan.seed * 1000 + number)
  while (!ending.aborted) {
    await act(stage, luck, viaOf(stage, luck))
    await sleep(5 + luck.under(40))
  }
}

/** Some do not wait for long; none waits as long as a node may stand still. */
function viaOf({ fleet }: Stage, luck: Chance): Via {
  const node = luck.under(fleet.nodes.length)
  return { node, url: fleet.nodes[node]?.url ?? '', milliseconds: 500 + luck.under(4000) }
}

function act({ secrets, permissions }: Stage, luck: Chance, via: Via): Promise<unknown> {
  const dice = luck.under(10)
  if (luck.under(5) < 3) {
    const secret = luck.pick(secrets)
    if (dice < 6) return secret.read(via)
    return dice < 9 ? secret.write(via) : secret.move(via)
  }
  const permission = luck.pick(permissions)
  if (dice < 6) return permission.read(via)
  return dice < 8 ? permission.grant(via) : permission.revoke(via)
}

const quietDefault = 400

async function failing({ plan, pair, fleet }: Stage, log: FaultLog): Promise<void> {
  const pending: Promise<void>[] = []
  const scene = { pair, fleet, chance: chance(plan.seed), log, pending }
  const quiet = plan.quietMilliseconds ?? quietDefault
  await sleep(quiet)
  for (const fault of plan.faults) {
    plan.say?.(fault)
    await happen(scene, fault)
    await sleep(quiet)
  }
  await Promise.all(pending)
}

/** When all is whole again: what everything holds at last, by every node. */
async function readAll({ fleet, secrets, permissions }: Stage): Promise<void> {
  for (const [node, { url, isUp }] of fleet.nodes.entries()) {
    if (!isUp) continue
    const via = { node, url, milliseconds: patient }
    for (const each of [...secrets, ...permissions]) {
      const until = performance.now() + patient
      while ((await each.read(via)) === undefined && performance.now() < until) await sleep(200)
    }
  }
}

async function judged(
  { pair, fleet, history }: Stage,
  initials: ReadonlyMap<string, string>,
  log: FaultLog,
): Promise<Findings> {
  const { calls, surprises } = history
  const storeUrl = pair.url(`127.0.0.1:${pair.port(pair.primary)}`)
  const dataPath = fleet.nodes[0]?.dataPath ?? ''
  const { records, batches } = await readJournal({ dataPath, storeUrl, rootKey: fleet.rootKey })
  const known = settled(calls, records)
  const lies = [...byObject(known)].flatMap(
    ([object, theirs]) => findLie(theirs, initials.get(object) ?? '') ?? [],
  )
  const answered = calls.filter(({ endAt }) => endAt !== Infinity)
  const counts = {
    answered: answered.length,
    unknown: calls.length - answered.length,
    settled: known.length - answered.length,
  }
  const recoveries = recoveriesIn(answered, log)
  const { deaths } = fleet
  const told = fleet.told()
  const found = { lies, surprises, unrecorded: unrecorded(calls, records), counts, batches }
  return { ...found, recoveries, log, deaths, told }
}

const recoveriesIn = (answered: readonly Heard[], { failovers }: FaultLog) =>
  failovers.map(({ killedAt, promotedAt }) => {
    const writes = answered
      .filter(({ deed, endAt }) => deed.kind !== 'read' && endAt > promotedAt)
      .map(({ endAt }) => endAt)
    const nextAt = Math.min(...writes)
    const [sinceKill, sincePromotion] = [killedAt, promotedAt].map((at) => Math.round(nextAt - at))
    return { sinceKill: sinceKill ?? 0, sincePromotion: sincePromotion ?? 0 }
  })

/** What is worth a line of its own. */
export function summary({ counts, batches, recoveries, log }: Findings): string {
  const back = recoveries.map(
    ({ sinceKill, sincePromotion }) =>
      `next write ${sincePromotion} ms after the promotion, ${sinceKill} ms after the kill`,
  )
  const { answered, unknown, settled } = counts
  return [
    `${answered} calls answered, ${unknown} of unknown outcome (${settled} of them in the audit)`,
    `${batches} commits`,
    ...back,
    `faults: ${log.faults.join(', ')}`,
  ].join('; ')
}
