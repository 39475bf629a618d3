/** The accounts of this deployment, by id. */
import { parseToken, printToken } from '../../lib/page.ts'
import { anything } from '../operation.ts'
import { fault, operation } from './service.ts'

const itemsDefault = 100

export const listAccounts = operation('ListAccounts', {
  action: 'strongroom:ListAccounts',
  touches: ({ operator }) => anything(operator),

  async run({ attempt, people }, { MaxResults = itemsDefault, NextToken }) {
    const after = NextToken === undefined ? undefined : placeOf(NextToken)
    const accounts = await people.listAccounts(attempt, after, MaxResults)
    const last = accounts.length === MaxResults ? accounts.at(-1) : undefined
    return {
      Accounts: accounts.map(({ account, createdAt }) => ({
        AccountId: account,
        CreatedDate: createdAt,
      })),
      NextToken: last && printToken([last.account]),
    }
  },
})

function placeOf(token: string): string {
  const [account] = parseToken(token, 1) ?? []
  if (typeof account === 'string') return account
  throw fault('InvalidNextTokenException', 'Invalid NextToken')
}
