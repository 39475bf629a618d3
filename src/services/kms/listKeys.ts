/**
 * The ids of all keys of the account in this region.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html
 */
import { anything } from '../operation.ts'
import { hereOf } from './key.ts'
import { keyArn } from './name.ts'
import { optionsOf, pageOf } from './page.ts'
import { operation } from './service.ts'

const itemsDefault = 100

export const listKeys = operation('ListKeys', {
  action: 'kms:ListKeys',
  touches: ({ caller }) => anything(caller.account),

  async run(rooms, input) {
    const shelf = hereOf(rooms)
    const options = optionsOf(input, itemsDefault)
    const listed = await rooms.keys.list(shelf, options)
    const { items, end } = pageOf(listed, options, ({ record }) => record.id)
    return {
      Keys: items.map(({ record: { id } }) => ({ KeyId: id, KeyArn: keyArn(shelf, id) })),
      ...end,
    }
  },
})
