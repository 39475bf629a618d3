/**
 * What is amiss in the caller's account and region: secrets, keys and policies that let in more than
 * they should, or that nobody needs any more. A page is about some hundred things; the last one has
 * no token.
 */

import type { Finding } from '../../contract/generated/strongroom.ts'
import { isAccountId, parseArn } from '../../lib/arn.ts'
import { parseToken, printToken } from '../../lib/page.ts'
import { anything, eachOf } from '../operation.ts'
import { type PolicyText, type Stage, stages } from './lint/article.ts'
import { type Check, finding } from './lint/finding.ts'
import { keyFindings } from './lint/keys.ts'
import { policyFindings, principalsIn } from './lint/policies.ts'
import { secretFindings } from './lint/secrets.ts'
import { fault, operation, type Rooms } from './service.ts'

const itemsPerPage = 100

export const lint = operation('Lint', {
  action: 'strongroom:Lint',
  touches: ({ caller }) => anything(caller.account),

  async run(rooms, { NextToken }) {
    const { attempt, inventory, caller, region, draws } = rooms
    const { account } = caller
    const { stage, after } = NextToken === undefined ? start : placeOf(NextToken)
    const page = { after, itemsMax: itemsPerPage }
    const found = await inventory.articles(attempt, { account, region }, stage, page)
    const unknown = eachOf(found.policies, (each) => unknownIn(rooms, each))
    return {
      Findings: [
        ...found.secrets.flatMap((each) => secretFindings(each, draws.at)),
        ...found.keys.flatMap((each) => keyFindings(each, draws.at)),
        ...found.policies.flatMap((each) => policyFindings(each, account)),
        ...unknown.flat(),
      ],
      NextToken: tokenBehind(stage, found.next),
    }
  },
})

interface Spot {
  readonly stage: Stage
  readonly after: string | undefined
}

const start: Spot = { stage: stages[0], after: undefined }

function placeOf(token: string): Spot {
  const [name, after] = parseToken(token, 2) ?? []
  const stage = stages.find((each) => each === name)
  if (stage && typeof after === 'string') return { stage, after: after || undefined }
  throw fault('InvalidNextTokenException', 'Invalid NextToken')
}

function tokenBehind(stage: Stage, next: string | undefined): string | undefined {
  if (next !== undefined) return printToken([stage, next])
  const following = stages[stages.indexOf(stage) + 1]
  return following && printToken([following, ''])
}

const nobody: Check = {
  name: 'UNKNOWN_PRINCIPAL',
  severity: 'medium',
  remedy: 'remove it: whoever is given that name later is let in',
}

/** Users and roles of this deployment that a policy names and that are not there. */
function unknownIn({ attempt, inventory }: Rooms, policy: PolicyText): Finding[] {
  const found: Finding[] = []
  for (const name of principalsIn(policy)) {
    const account = parseArn(name)?.account
    if (account !== undefined) {
      const isOurs = isAccountId(account) && inventory.hasAccount(attempt, account)
      if (!isOurs) continue
    }
    if (inventory.hasPrincipal(attempt, name)) continue
    found.push(finding(nobody, policy.where, `names ${name}, who is not there`))
  }
  return found
}
