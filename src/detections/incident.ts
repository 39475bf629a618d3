/** An incident: findings of one kind about the same principal and thing, as somebody is told of them. */
import { createHash } from 'node:crypto'
import type { DetectionName, Finding, Severity } from './detection.ts'

export interface Incident {
  /** Begins with its first instant, so that ids sort by time. */
  readonly id: string
  readonly detection: DetectionName
  readonly severity: Severity
  readonly account: string
  readonly region: string
  readonly principal?: string | undefined
  readonly resource?: string | undefined
  readonly words: string
  /** Milliseconds since 1970. */
  readonly firstAt: number
  readonly lastAt: number
  readonly count: number
  /** The requests that show it: the first ones. */
  readonly requestIds: readonly string[]
  /** Whoever says that it is known and seen to. */
  readonly acknowledged?: { readonly at: number; readonly by: string } | undefined
}

const instantDigits = 12
const digestChars = 16
const requestIdsMax = 20

/** @param about what findings have in common that are folded */
export function incidentOf(detection: DetectionName, about: string, finding: Finding): Incident {
  const { severity, account, region, principal, resource, words, at, requestId } = finding
  const seed = [detection, account, about, at, requestId].join('\n')
  const digest = createHash('sha256').update(seed).digest('hex').slice(0, digestChars)
  return {
    ...{ id: `${idBefore(at)}-${digest}`, detection, severity, account, region },
    ...{ principal, resource, words, firstAt: at, lastAt: at, count: 1 },
    requestIds: requestId === undefined ? [] : [requestId],
  }
}

/** Sorts before the ids of incidents that began then. */
export const idBefore = (at: number): string => at.toString(16).padStart(instantDigits, '0')

export function withFinding(incident: Incident, { at, requestId }: Finding): Incident {
  const { requestIds } = incident
  const isNew = requestId !== undefined && !requestIds.includes(requestId)
  return {
    ...incident,
    lastAt: Math.max(at, incident.lastAt),
    count: incident.count + 1,
    ...(isNew && requestIds.length < requestIdsMax && { requestIds: [...requestIds, requestId] }),
  }
}
