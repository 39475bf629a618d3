/**
 * A key's tags, by name.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html
 */
import { findKey } from './key.ts'
import { cut, optionsOf, pageOf } from './page.ts'
import type { Tag } from './records.ts'
import { operation } from './service.ts'

const itemsDefault = 50

export const listResourceTags = operation('ListResourceTags', {
  action: 'kms:ListResourceTags',
  touches: (look, input) => findKey(look, input),

  run(_rooms, input, { record }) {
    const options = optionsOf(input, itemsDefault)
    const sorted = record.tags.toSorted((a, b) => (a.TagKey < b.TagKey ? -1 : 1))
    const { items, end } = pageOf(cut(sorted, options, nameOf), options, nameOf)
    return { Tags: items, ...end }
  },
})

const nameOf = ({ TagKey }: Tag): string => TagKey
