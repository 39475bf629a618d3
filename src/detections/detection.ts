/**
 * What a detection is: it looks at what was done, one act after the other, and tells what somebody
 * should know of. The words that all of them share stand here.
 */
import type { Act } from './act.ts'
import type { Mind } from './mind.ts'

export const detectionNames = [
  'new-reader',
  'read-rate',
  'pending-deletion',
  'denials',
  'canary',
  'rotation-overdue',
  'exposure',
  'root',
] as const
export type DetectionName = (typeof detectionNames)[number]

export type Severity = 'critical' | 'high' | 'medium' | 'low'

/** Something that was found: folded with others of its kind before anybody is told. */
export interface Finding {
  readonly severity: Severity
  /** Milliseconds since 1970. */
  readonly at: number
  /** Whose it is to know. */
  readonly account: string
  readonly region: string
  /** The ARN of who did it; absent where time alone did. */
  readonly principal?: string | undefined
  /** The ARN of what it was done to; absent where that is not one thing. */
  readonly resource?: string | undefined
  readonly words: string
  /** The request that shows it. */
  readonly requestId?: string | undefined
  /** Findings that differ in this are never folded. */
  readonly apart?: string
  /** For how long others like it are the same incident; an hour unless told otherwise. */
  readonly foldMs?: number
}

export type Found = Finding | readonly Finding[] | undefined

/** One detection. What it learns stands in the mind that it is lent, which forgets nothing at a kill. */
export interface Detector {
  readonly name: DetectionName
  /** Looks at one act. Answers at once wherever it can: it is asked about every record. */
  look?(act: Act, mind: Mind): Found | Promise<Found>
  /** Looks at what time alone brings about; asked about every second. */
  tick?(at: number, mind: Mind): Promise<Found>
}
