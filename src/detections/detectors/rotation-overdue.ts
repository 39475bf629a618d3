/** A secret was not rotated by when its rules promise. Told once for each date that was missed. */
import { dayOf } from '../../lib/clock.ts'
import type { Detector, Finding } from '../detection.ts'

export const rotationOverdue: Detector = {
  name: 'rotation-overdue',
  async tick(at, { facts, memory }) {
    const found: Finding[] = []
    for (const { account, region, arn: resource, by } of await facts.overdue(at)) {
      const about = `${resource}\n${by}`
      if (await memory.get('overdue', account, about)) continue
      memory.set('overdue', account, about, { day: dayOf(at) })
      const words = `should have been rotated by ${new Date(by).toISOString()}`
      found.push({ severity: 'medium', at, account, region, resource, words, apart: String(by) })
    }
    return found
  },
}
