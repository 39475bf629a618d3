/**
 * Takes a name off a key; the key stays.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html
 */
import { Absent } from '../operation.ts'
import { findAlias, mustBeAlias } from './alias.ts'
import { mustAlso } from './also.ts'
import { findKey } from './key.ts'
import { operation } from './service.ts'

export const deleteAlias = operation('DeleteAlias', {
  action: 'kms:DeleteAlias',

  touches(look, input) {
    mustBeAlias(input.AliasName)
    return findAlias(look, input.AliasName)
  },

  run(rooms, { AliasName: name }, { shelf, record: alias }) {
    const key = findKey(rooms, { KeyId: alias.keyId })
    if (!(key instanceof Absent)) {
      const { record } = mustAlso(rooms, 'kms:DeleteAlias', key)
      const aliases = record.aliases.filter((each) => each !== name)
      rooms.keys.put(shelf, { ...record, aliases }, record)
    }
    rooms.keys.removeAlias(shelf, name)
    return {}
  },
})
