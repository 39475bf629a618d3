/** A principal is denied again and again: somebody tries doors, or a deployment lost its permissions. */
import { minuteMs } from '../../lib/clock.ts'
import { isDenied } from '../act.ts'
import type { Detector } from '../detection.ts'

export const denials: Detector = {
  name: 'denials',
  look(act, { windows, limits }) {
    // What a service was denied on the caller's behalf is told by the caller's own record.
    if (!isDenied(act) || act.isInner || act.isGuest) return undefined
    const { at, account, region, principal, requestId, service, name } = act
    const before = windows.denials.get(principal)
    // The parts of a batch are one try.
    if (before && before.requestId === requestId) return undefined
    const lately = (before?.instants ?? []).filter((instant) => instant > at - denialsMs)
    const instants = [...lately, at].slice(-limits.denials)
    windows.denials.set(principal, { instants, requestId })
    if (instants.length < limits.denials) return undefined
    const words = `was denied ${limits.denials} times within five minutes, last ${service}:${name}`
    return { severity: 'medium', at, account, region, principal, requestId, words }
  },
}

export const denialsMs = 5 * minuteMs
