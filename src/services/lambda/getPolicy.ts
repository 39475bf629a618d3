/**
 * The resource policy of a function, a version or an alias.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
 */
import { findTarget, policyKey } from './function.ts'
import { policyText } from './policy.ts'
import { fault, operation } from './service.ts'

export const getPolicy = operation('GetPolicy', {
  action: 'lambda:GetPolicy',
  touches: (look, input) => findTarget(look, input),

  run({ functions }, _input, { shelf, record, qualifier }) {
    const policy = functions.findPolicy(shelf, record, policyKey(qualifier))
    if (!policy) {
      throw fault('ResourceNotFoundException', 'The resource you requested does not exist.')
    }
    return { Policy: policyText(policy), RevisionId: policy.revisionId }
  },
})
