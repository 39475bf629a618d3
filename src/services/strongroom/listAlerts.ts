/**
 * What detections found in the caller's account, the newest first. A page looks at some hundred; it may
 * be short, or empty with a token, where few of them are asked for.
 */
import { parseToken, printToken } from '../../lib/page.ts'
import { anything } from '../operation.ts'
import { type Alert, alertView } from './alert.ts'
import { fault, operation } from './service.ts'

const itemsDefault = 100

export const listAlerts = operation('ListAlerts', {
  action: 'strongroom:ListAlerts',
  touches: ({ caller }) => anything(caller.account),

  async run({ alerts, attempt, caller }, { Open, Since = 0, Detection, MaxResults, NextToken }) {
    const after = NextToken === undefined ? undefined : placeOf(NextToken)
    const itemsMax = MaxResults ?? itemsDefault
    const found = await alerts.list(attempt, caller.account, after, itemsMax)
    const recent = found.filter(({ firstAt }) => firstAt >= Since)
    const isWanted = ({ acknowledged, detection }: Alert) =>
      (Open === undefined || Open === (acknowledged === undefined)) &&
      (Detection === undefined || Detection === detection)
    // What comes behind the first older one is older still.
    const isEnd = found.length < itemsMax || recent.length < found.length
    const last = isEnd ? undefined : found.at(-1)
    return {
      Alerts: recent.filter(isWanted).map(alertView),
      NextToken: last && printToken([last.id]),
    }
  },
})

function placeOf(token: string): string {
  const [id] = parseToken(token, 1) ?? []
  if (typeof id === 'string') return id
  throw fault('InvalidNextTokenException', 'Invalid NextToken')
}
