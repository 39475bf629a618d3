/**
 * A name for a key of the caller's own account and region.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
 */
import { aliasSubject, mustBeAlias } from './alias.ts'
import { mustAlso } from './also.ts'
import { findKey } from './key.ts'
import { aliasArn } from './name.ts'
import { fault, operation } from './service.ts'
import { mustNotBePendingDeletion } from './state.ts'

const aliasesMax = 50

export const createAlias = operation('CreateAlias', {
  action: 'kms:CreateAlias',

  touches(look, input) {
    mustBeAlias(input.AliasName)
    return findKey(look, { KeyId: input.TargetKeyId })
  },

  run(rooms, { AliasName: name }, key) {
    const { shelf, record } = key
    mustAlso(rooms, 'kms:CreateAlias', aliasSubject(rooms, name))
    mustNotBePendingDeletion(key)
    if (rooms.keys.findAlias(shelf, name)) {
      const arn = aliasArn(shelf, name)
      throw fault('AlreadyExistsException', `An alias with the name ${arn} already exists`)
    }
    if (record.aliases.length >= aliasesMax) {
      throw fault('LimitExceededException', `A key can have at most ${aliasesMax} aliases.`)
    }
    const { at } = rooms.draws
    rooms.keys.putAlias(shelf, { name, keyId: record.id, createdAt: at, changedAt: at })
    rooms.keys.put(shelf, { ...record, aliases: [...record.aliases, name].sort() }, record)
    return {}
  },
})
