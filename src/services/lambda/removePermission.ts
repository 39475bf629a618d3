/**
 * Takes a statement out of the resource policy of a function, a version or an alias.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html
 */
import { findTarget, mustBeRevision, policyKey } from './function.ts'
import { changePolicy } from './permission.ts'
import { fault, operation } from './service.ts'

export const removePermission = operation('RemovePermission', {
  action: 'lambda:RemovePermission',
  touches: (look, input) => findTarget(look, input),

  run(rooms, input, { shelf, record, qualifier }) {
    const policy = rooms.functions.findPolicy(shelf, record, policyKey(qualifier))
    if (!policy) throw absent('No policy is associated with the given resource.')
    mustBeRevision(input.RevisionId, policy.revisionId)
    const left = policy.statements.filter(({ sid }) => sid !== input.StatementId)
    if (left.length === policy.statements.length) {
      throw absent(`Statement ${input.StatementId} is not found in resource policy.`)
    }
    rooms.functions.replace(shelf, changePolicy(rooms, shelf, record, qualifier, left))
    return {}
  },
})

const absent = (words: string) => fault('ResourceNotFoundException', words)
