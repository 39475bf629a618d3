/**
 * The newest records of the caller's account, newest first: each answer that was given, by whom it
 * was asked for, and how it ended.
 */
import { printToken } from '../../lib/page.ts'
import { anything } from '../operation.ts'
import { placeOf } from './place.ts'
import { operation } from './service.ts'

const itemsDefault = 50

export const tailAudit = operation('TailAudit', {
  action: 'strongroom:TailAudit',
  touches: ({ caller }) => anything(caller.account),

  async run({ audit, caller }, { MaxResults = itemsDefault, NextToken }) {
    const before = NextToken === undefined ? undefined : placeOf(NextToken)
    const { items, next } = await audit.latest(caller.account, MaxResults, before)
    return {
      Records: items.map(({ seq, index, record }) => ({
        Position: `${seq}.${index}`,
        CloudTrailEvent: JSON.stringify(record),
      })),
      NextToken: next && printToken([next.seq, next.index]),
    }
  },
})
