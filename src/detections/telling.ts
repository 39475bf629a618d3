/** How an incident is told, when it begins: as an event for rules, and as a record of the audit. */
import type { Filed } from '../audit/notices.ts'
import type { Happening } from '../store/outbox.ts'
import type { Incident } from './incident.ts'

export interface Telling {
  readonly happening: Happening
  readonly filed: Filed
  readonly facts: object
}

export function telling(incident: Incident): Telling {
  const { id, account, region, detection, severity, principal, resource } = incident
  const { words, firstAt: at, requestIds } = incident
  const facts = { id, detection, severity, principal, resource, words, requestIds }
  return {
    facts,
    filed: { account, region, at },
    happening: {
      ...{ account, region, at, source: 'strongroom.detections' },
      detailType: 'Strongroom Finding',
      resources: resource === undefined ? [] : [resource],
      detail: { ...facts, firstSeen: new Date(at).toISOString() },
    },
  }
}
