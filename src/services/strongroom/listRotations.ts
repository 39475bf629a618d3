/** The secrets that are to be rotated, by name, each with how its rotation stands. A page may be short. */
import { parseToken, printToken } from '../../lib/page.ts'
import { anything } from '../operation.ts'
import { rotationView } from './rotation.ts'
import { fault, operation } from './service.ts'

const examinedDefault = 1000

export const listRotations = operation('ListRotations', {
  action: 'strongroom:ListRotations',
  touches: ({ caller }) => anything(caller.account),

  async run({ attempt, rotations, caller, region, draws }, { MaxResults, NextToken }) {
    const after = NextToken === undefined ? undefined : placeOf(NextToken)
    const shelf = { account: caller.account, region }
    const page = { after, itemsMax: MaxResults ?? examinedDefault }
    const { items, next } = await rotations.list(attempt, shelf, page)
    return {
      Rotations: items.map((facts) => rotationView(facts, draws.at)),
      NextToken: next === undefined ? undefined : printToken([next]),
    }
  },
})

function placeOf(token: string): string {
  const [name] = parseToken(token, 1) ?? []
  if (typeof name === 'string') return name
  throw fault('InvalidNextTokenException', 'Invalid NextToken')
}
