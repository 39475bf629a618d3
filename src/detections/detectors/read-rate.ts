/**
 * A principal reads far more than it usually does: within five minutes so many times its highest count
 * of the last days, which halves each week. Nobody is told of what is little in itself; a principal
 * that is new, and has no usual count yet, may read as many times that little.
 */
import { dayMs, dayOf, minuteMs } from '../../lib/clock.ts'
import { type Act, isRead } from '../act.ts'
import type { Detector, Finding } from '../detection.ts'
import type { Knowledge } from '../memory.ts'
import type { Mind } from '../mind.ts'
import type { Counted } from '../windows.ts'

export const readRate: Detector = {
  name: 'read-rate',
  look(act, mind) {
    if (act.isGuest || !(isRead(act) || isOtherRead(act))) return undefined
    const counted = mind.windows.reads.get(act.principal)
    if (!counted || act.at >= counted.from + windowMs) return turn(act, mind, counted)
    counted.count++
    if (counted.count < mind.limits.reads) return undefined
    const rate = mind.memory.get('rate', act.account, act.principal)
    if (rate instanceof Promise) return rate.then((known) => judge(act, mind, counted, known))
    return judge(act, mind, counted, rate)
  },
}

export const windowMs = 5 * minuteMs
const halfLifeMs = 7 * dayMs

const otherReads: ReadonlySet<string> = new Set([
  'ssm:GetParameter',
  'ssm:GetParameters',
  'ssm:GetParametersByPath',
  'kms:Decrypt',
])

/** What KMS opens for another service on the way is that one's read. */
const isOtherRead = ({ service, name, error, isInner }: Act): boolean =>
  error === undefined && !isInner && otherReads.has(`${service}:${name}`)

/** One window ends, and what it counted becomes part of what is usual; the next one begins. */
async function turn(act: Act, mind: Mind, ended: Counted | undefined): Promise<undefined> {
  const { memory, windows } = mind
  const { account, principal, at } = act
  windows.reads.set(principal, { from: at, count: 1 })
  const rate = await memory.get('rate', account, principal)
  const usual = Math.max(usualAt(rate, at), ended?.count ?? 0)
  const isSame = rate && rate.usual === usual && rate.day === dayOf(at)
  if (!isSame) {
    memory.set('rate', account, principal, {
      ...{ day: dayOf(at), since: rate?.since ?? at },
      ...(usual === rate?.usual ? { usual, at: rate.at } : { usual, at }),
    })
  }
}

/** The highest count as it weighs now. It counts in full for a day, so that it is seldom written anew. */
function usualAt(rate: Knowledge['rate'] | undefined, at: number): number {
  if (!rate) return 0
  const age = at - rate.at
  return age < dayMs ? rate.usual : Math.round(rate.usual * 0.5 ** (age / halfLifeMs))
}

function judge(
  { at, account, region, principal, requestId }: Act,
  { limits, since }: Mind,
  { count }: Counted,
  rate: Knowledge['rate'] | undefined,
): Finding | undefined {
  const usual = usualAt(rate, at)
  const isNew = !rate || at < Math.max(rate.since, since) + limits.learningMs
  const ceiling = Math.max(limits.reads, limits.times * Math.max(usual, isNew ? limits.reads : 0))
  // Once a window: whatever follows in it is the same burst.
  if (count !== ceiling) return undefined
  const words = `read ${count} times within five minutes, at most ${usual} before`
  return { severity: 'high', at, account, region, principal, requestId, words }
}
