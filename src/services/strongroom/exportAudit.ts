/**
 * The records of the caller's account in a span of time, oldest first. A page may be short, or empty
 * with a token, when most of what was looked at was other accounts'.
 */
import { printToken } from '../../lib/page.ts'
import { anything } from '../operation.ts'
import { placeOf } from './place.ts'
import { operation } from './service.ts'

const itemsDefault = 1000

export const exportAudit = operation('ExportAudit', {
  action: 'strongroom:ExportAudit',
  touches: ({ caller }) => anything(caller.account),

  async run({ audit, caller }, input) {
    const { StartTime: from = 0, EndTime: to = Number.MAX_SAFE_INTEGER, NextToken } = input
    const after = NextToken === undefined ? undefined : placeOf(NextToken)
    const itemsMax = input.MaxResults ?? itemsDefault
    const { items, next } = await audit.between(caller.account, { from, to }, itemsMax, after)
    return {
      Records: items.map(({ seq, index, record }) => ({
        Position: `${seq}.${index}`,
        CloudTrailEvent: JSON.stringify(record),
      })),
      NextToken: next && printToken([next.seq, next.index]),
    }
  },
})
