/** What is amiss with a secret itself: nobody reads it, it does not rotate, or not in time. */
import type { Finding } from '../../../contract/generated/strongroom.ts'
import { dayMs } from '../../../lib/clock.ts'
import type { SecretFacts } from './article.ts'
import { type Check, finding } from './finding.ts'

const unusedDays = 90

const unused: Check = {
  name: 'SECRET_UNUSED',
  severity: 'low',
  remedy: 'delete it (a recovery window lets you change your mind), or find out who should read it',
}
const notRotated: Check = {
  name: 'SECRET_WITHOUT_ROTATION',
  severity: 'low',
  remedy: 'set a rotation by RotateSecret',
}
const overdue: Check = {
  name: 'SECRET_ROTATION_OVERDUE',
  severity: 'high',
  remedy: 'see why its function fails (RotationFailed events), then rotate it at once',
}

export function secretFindings(secret: SecretFacts, now: number): Finding[] {
  const { arn, createdAt, lastReadAt, isReplica, rotates, rotatesBy } = secret
  const found: Finding[] = []
  if (now - (lastReadAt ?? createdAt) > unusedDays * dayMs) {
    const words =
      lastReadAt === undefined
        ? `was never read in the ${unusedDays} days since it was made`
        : `was last read more than ${unusedDays} days ago`
    found.push(finding(unused, arn, words))
  }
  // A replica follows its primary: what is amiss with its rotation is told there.
  if (isReplica) return found
  if (!rotates) found.push(finding(notRotated, arn, 'is never rotated'))
  else if (rotatesBy !== undefined && rotatesBy < now) {
    found.push(finding(overdue, arn, 'should have been rotated by now'))
  }
  return found
}
