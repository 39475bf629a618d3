/**
 * The account's aliases in this region, or those of one key.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
 */
import { Absent, anything, eachOf } from '../operation.ts'
import { findKey, hereOf } from './key.ts'
import { aliasArn } from './name.ts'
import { cut, optionsOf, pageOf } from './page.ts'
import type { AliasRecord } from './records.ts'
import { operation, type Rooms } from './service.ts'

const itemsDefault = 50

export const listAliases = operation('ListAliases', {
  action: 'kms:ListAliases',
  touches: ({ caller }) => anything(caller.account),

  async run(rooms, input) {
    const shelf = hereOf(rooms)
    const options = optionsOf(input, itemsDefault)
    const listed =
      input.KeyId === undefined
        ? (await rooms.keys.listAliases(shelf, options)).map((item) => item.record)
        : cut(aliasesOf(rooms, input.KeyId), options, (alias) => alias.name)
    const { items, end } = pageOf(listed, options, (alias) => alias.name)

    return {
      Aliases: items.map(({ name, keyId, createdAt, changedAt }) => ({
        AliasName: name,
        AliasArn: aliasArn(shelf, name),
        TargetKeyId: keyId,
        CreationDate: createdAt,
        LastUpdatedDate: changedAt,
      })),
      ...end,
    }
  },
})

function aliasesOf(rooms: Rooms, KeyId: string): AliasRecord[] {
  const key = findKey(rooms, { KeyId })
  if (key instanceof Absent) throw key.fault
  const { shelf, record } = key
  const found = eachOf(record.aliases, (name) => rooms.keys.findAlias(shelf, name))
  return found.filter((alias) => alias !== undefined)
}
