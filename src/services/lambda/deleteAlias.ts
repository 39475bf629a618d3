/**
 * Removes an alias with its policy. One that is not there is no error.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html
 */
import { Absent } from '../operation.ts'
import { findFunction } from './function.ts'
import { arnOf } from './name.ts'
import { changePolicy } from './permission.ts'
import { operation } from './service.ts'

export const deleteAlias = operation('DeleteAlias', {
  action: 'lambda:DeleteAlias',

  touches(look, input) {
    const found = findFunction(look, input)
    if (found instanceof Absent) return found
    const arn = arnOf(found.shelf, found.record.name, input.Name)
    return { ...found, arn, shown: arn }
  },

  run(rooms, { Name }, { shelf, record }) {
    if (!record.aliases.some(({ name }) => name === Name)) return {}
    const left = changePolicy(rooms, shelf, record, Name)
    const aliases = left.aliases.filter(({ name }) => name !== Name)
    const eventConfigs = left.eventConfigs.filter(({ qualifier }) => qualifier !== Name)
    rooms.functions.replace(shelf, { ...left, aliases, eventConfigs })
    return {}
  },
})
