/**
 * Removes up to ten parameters; those that are not there are named and are no failure.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameters.html
 */
import { allOf, firstOf } from './batch.ts'
import { isParameter } from './parameter.ts'
import { operation } from './service.ts'

const action = 'ssm:DeleteParameters'

export const deleteParameters = operation('DeleteParameters', {
  action,
  touches: (look, input) => firstOf(look, input.Names),

  run(rooms, { Names }) {
    const deleted = new Set<string>()
    const absent: string[] = []
    for (const [name, subject] of allOf(rooms, action, Names)) {
      if (!isParameter(subject) || subject.selector !== undefined || deleted.has(subject.arn)) {
        absent.push(name)
        continue
      }
      rooms.parameters.remove(subject.shelf, subject.record)
      deleted.add(subject.arn)
    }
    return {
      DeletedParameters: Names.filter((name) => !absent.includes(name)),
      InvalidParameters: absent,
    }
  },
})
