/**
 * Root's credentials were used. Not told while the account has nobody else who could have done it: no
 * user or role that is older than the time of learning, so that an account can be set up. Looking at
 * alerts raises none.
 */
import { dayMs } from '../../lib/clock.ts'
import type { Act } from '../act.ts'
import type { Detector, Finding } from '../detection.ts'
import type { Mind } from '../mind.ts'

export const root: Detector = {
  name: 'root',
  look: (act, mind) =>
    act.isRoot && !act.isInner && !looks.has(act.name) ? judge(act, mind) : undefined,
}

const looks: ReadonlySet<string> = new Set(['ListAlerts', 'AcknowledgeAlert'])

async function judge(act: Act, { facts, limits }: Mind): Promise<Finding | undefined> {
  const { at, account, region, principal, requestId, service, name } = act
  if (!(await facts.hasPrincipalBefore(account, at - limits.learningMs))) return undefined
  const words = `root's credentials were used, first for ${service}:${name}`
  return { severity: 'high', at, account, region, principal, requestId, words, foldMs: dayMs }
}
