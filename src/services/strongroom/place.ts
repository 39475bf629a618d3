/** Where a list of audit records goes on: the number of a batch, and of a record in it. */
import { parseToken } from '../../lib/page.ts'
import { fault, type Place } from './service.ts'

/** The place in a token. Throws InvalidNextTokenException for any other text. */
export function placeOf(token: string): Place {
  const [seq, index] = parseToken(token, 2) ?? []
  if (typeof seq === 'number' && typeof index === 'number') return { seq, index }
  throw fault('InvalidNextTokenException', 'Invalid NextToken')
}
