/**
 * Whom a policy lets in from outside the account that it belongs to: everybody, or single other
 * accounts. Judged statement by statement, Allow alone, as `publicStatements` judges.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
 */
import { isAccountId, parseArn } from '../lib/arn.ts'
import { publicStatements } from './public.ts'
import type { PolicyDocument, Statement } from './statement.ts'

export interface Exposure {
  /** The number of the statement that lets them in. */
  readonly statement: number
  /** An account, or everybody. */
  readonly to: string
}

/** Stands for everybody in an exposure. */
export const everybody = '*'

/** @param own the account that the policy belongs to */
export function exposuresOf(document: PolicyDocument, own: string): Exposure[] {
  const open = new Set(publicStatements(document))
  return document.statements.flatMap((each, statement) => {
    if (open.has(statement)) return [{ statement, to: everybody }]
    return outsideAccounts(each, own).map((to) => ({ statement, to }))
  })
}

function outsideAccounts({ effect, principals }: Statement, own: string): string[] {
  if (effect === 'Deny') return []
  const values = principals?.entries.filter(({ type }) => type === 'AWS') ?? []
  const accounts = values.map(({ value }) => parseArn(value)?.account ?? value)
  return [...new Set(accounts)].filter((each) => isAccountId(each) && each !== own)
}
