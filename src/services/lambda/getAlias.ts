/**
 * What an alias means.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html
 */
import { findAlias, printAlias } from './alias.ts'
import { operation } from './service.ts'

export const getAlias = operation('GetAlias', {
  action: 'lambda:GetAlias',
  touches: (look, input) => findAlias(look, input),
  run: (_rooms, _input, { shelf, record, alias }) => printAlias(shelf, record.name, alias),
})
