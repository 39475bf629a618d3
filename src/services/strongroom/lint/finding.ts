/** One thing that lint found: where it is, how bad it is, and how it is mended. */
import { createHash } from 'node:crypto'
import type { Finding } from '../../../contract/generated/strongroom.ts'

export type Severity = Finding['Severity']

/** What a check is about, once for all that it finds. */
export interface Check {
  readonly name: string
  readonly severity: Severity
  readonly remedy: string
}

const idChars = 16

/** A finding keeps its id as long as it is the same thing in the same place. */
export function finding(check: Check, where: string, words: string): Finding {
  const id = createHash('sha256').update(`${check.name}\n${where}\n${words}`).digest('hex')
  return {
    Id: id.slice(0, idChars),
    Check: check.name,
    Severity: check.severity,
    Where: where,
    Words: words,
    Remedy: check.remedy,
  }
}
