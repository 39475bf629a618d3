/** Several names in one call: each is decided on, and an absent one is no failure of the others. */
import { Absent, type Subject } from '../operation.ts'
import { findParameter, hereOf, type Parameter, subjectAt } from './parameter.ts'
import { isReference } from './reference.ts'
import type { Look, Rooms } from './service.ts'

/** What one name of a call means: a parameter, its absence, or the place of a secret's reference. */
export function findNamed(look: Look, text: string): Parameter | Absent | Subject {
  if (!isReference(text)) return findParameter(look, text)
  const [name = ''] = text.split(':')
  return subjectAt(hereOf(look), name, {})
}

/** The first name stands for the call; nothing is told of it that the decision does not allow. */
export function firstOf(look: Look, names: readonly string[]): Subject {
  return present(findNamed(look, names[0] ?? ''))
}

/** Every name once, with what it means. Throws the refusal of the first that the caller may not have. */
export function allOf(
  rooms: Rooms,
  action: string,
  names: readonly string[],
): ReadonlyMap<string, Parameter | Absent | Subject> {
  const found = new Map<string, Parameter | Absent | Subject>()
  for (const name of names) {
    if (found.has(name)) continue
    const subject = findNamed(rooms, name)
    const refusal = rooms.refusal(action, present(subject))
    if (refusal) throw refusal
    found.set(name, subject)
  }
  return found
}

/** The same subject without its fault: absence is an entry of the answer here. */
function present(subject: Subject): Subject {
  if (!(subject instanceof Absent)) return subject
  const { arn, account, context } = subject
  return { arn, account, ...(context && { context }) }
}
