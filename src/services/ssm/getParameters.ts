/**
 * Up to ten parameters by their names; those that are not there are named and are no failure.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 */
import { Fault } from '../../lib/fault.ts'
import { Absent, type Subject } from '../operation.ts'
import { allOf, firstOf } from './batch.ts'
import { isParameter } from './parameter.ts'
import { shownSecret } from './reference.ts'
import { operation, type Rooms } from './service.ts'
import { shownParameter } from './shown.ts'

const action = 'ssm:GetParameters'

export const getParameters = operation('GetParameters', {
  action,
  touches: (look, input) => firstOf(look, input.Names),

  run(rooms, { Names, WithDecryption }) {
    const shown = []
    const absent: string[] = []
    for (const [name, subject] of allOf(rooms, action, Names)) {
      const found = shownOrAbsent(rooms, name, subject, WithDecryption)
      if (found) shown.push(found)
      else absent.push(name)
    }
    const Parameters = shown.toSorted((a, b) => (a.Name < b.Name ? -1 : 1))
    return { Parameters, InvalidParameters: absent }
  },
})

const absences: ReadonlySet<string> = new Set(['ParameterNotFound', 'ParameterVersionNotFound'])

function shownOrAbsent(
  rooms: Rooms,
  name: string,
  subject: Subject,
  isDecrypted: boolean | undefined,
) {
  if (subject instanceof Absent) return undefined
  try {
    return isParameter(subject)
      ? shownParameter(rooms, subject, isDecrypted)
      : shownSecret(rooms, name, isDecrypted)
  } catch (thrown) {
    if (thrown instanceof Fault && absences.has(thrown.code)) return undefined
    throw thrown
  }
}
