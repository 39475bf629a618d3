/** Access keys that are old, unused, or root's. */
import type { Finding } from '../../../contract/generated/strongroom.ts'
import { dayMs } from '../../../lib/clock.ts'
import type { KeyFacts } from './article.ts'
import { type Check, finding } from './finding.ts'

const daysMax = 90

const unused: Check = {
  name: 'ACCESS_KEY_UNUSED',
  severity: 'medium',
  remedy: 'make it inactive, and delete it when nobody misses it',
}
const old: Check = {
  name: 'ACCESS_KEY_OLD',
  severity: 'medium',
  remedy: 'make a second key, move whatever uses it, then delete this one; or use a role',
}

export function keyFindings(key: KeyFacts, now: number): Finding[] {
  const { id, owner, isActive, createdAt, lastUsedAt } = key
  if (!isActive) return []
  const limit = now - daysMax * dayMs
  if ((lastUsedAt ?? createdAt) < limit) {
    return [finding(unused, owner, `access key ${id} was not used for more than ${daysMax} days`)]
  }
  if (createdAt < limit) {
    return [finding(old, owner, `access key ${id} is more than ${daysMax} days old`)]
  }
  return []
}
