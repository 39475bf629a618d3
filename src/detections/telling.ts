/** How an incident is told, when it begins: as an event for rules, and as a record of the audit. */
import { noteIn } from '../audit/notices.ts'
import type { Attempt } from '../store/attempt.ts'
import { announce } from '../store/outbox.ts'
import type { Incident } from './incident.ts'

const source = 'strongroom.detections'
const detailType = 'Strongroom Finding'

/** Tells of it, if this attempt commits. */
export function tell(attempt: Attempt, incident: Incident): void {
  const { id, account, region, detection, severity, principal, resource } = incident
  const { words, firstAt, requestIds } = incident
  const about = { id, detection, severity, principal, resource, words, requestIds }
  announce(attempt, {
    ...{ account, region, source, detailType, at: firstAt },
    resources: resource === undefined ? [] : [resource],
    detail: { ...about, firstSeen: new Date(firstAt).toISOString() },
  })
  noteIn(attempt, { account, region, at: firstAt }, 'FindingRaised', about)
}
