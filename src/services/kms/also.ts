/** A second thing that a call touches: another key, an alias. It passes the same door as the first. */
import { Absent, type Subject } from '../operation.ts'
import { isUnborn, type Rooms } from './service.ts'

/** The subject, if the caller may do this to it and it is there; the refusal is thrown. */
export function mustAlso<S extends Subject>(
  rooms: Rooms,
  action: string,
  subject: S,
): Exclude<S, Absent> {
  const refusal = rooms.refusal(action, subject)
  if (refusal) throw refusal
  if (subject instanceof Absent) throw subject.fault
  const found = isUnborn(subject) ? subject.bear(rooms) : subject
  return found as Exclude<S, Absent>
}
