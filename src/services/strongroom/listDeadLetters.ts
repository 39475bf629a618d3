/** Events of this region that could not be delivered, the newest first. */
import { parseToken, printToken } from '../../lib/page.ts'
import { anything } from '../operation.ts'
import { letterView } from './letter.ts'
import { fault, operation } from './service.ts'

const itemsDefault = 100

export const listDeadLetters = operation('ListDeadLetters', {
  action: 'strongroom:ListDeadLetters',
  touches: ({ caller }) => anything(caller.account),

  async run({ letters, attempt, caller, region }, { MaxResults, NextToken }) {
    const after = NextToken === undefined ? undefined : placeOf(NextToken)
    const itemsMax = MaxResults ?? itemsDefault
    const shelf = { account: caller.account, region }
    const found = await letters.list(attempt, shelf, { after, itemsMax })
    const last = found.length === itemsMax ? found.at(-1) : undefined
    return {
      DeadLetters: found.map(({ id, record }) => letterView(id, record)),
      NextToken: last && printToken([last.id]),
    }
  },
})

function placeOf(token: string): string {
  const [id] = parseToken(token, 1) ?? []
  if (typeof id === 'string') return id
  throw fault('InvalidNextTokenException', 'Invalid NextToken')
}
