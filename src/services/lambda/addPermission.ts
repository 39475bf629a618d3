/**
 * Lets a service, an account or a principal use a function: one more statement in the resource policy
 * of the function, or of the version or alias that is named.
 *
 * https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
import { findTarget, mustBeRevision, policyKey, type Target } from './function.ts'
import { changePolicy, mustNotBeLatest, statementOf } from './permission.ts'
import { fault, operation } from './service.ts'

export const addPermission = operation('AddPermission', {
  action: 'lambda:AddPermission',

  touches(look, input) {
    const target = findTarget(look, input)
    const context = { ...target.context, 'lambda:Principal': input.Principal }
    return 'record' in target ? ({ ...target, context } satisfies Target) : target
  },

  run(rooms, input, { shelf, record, qualifier, arn }) {
    mustNotBeLatest(qualifier)
    const policy = rooms.functions.findPolicy(shelf, record, policyKey(qualifier))
    mustBeRevision(input.RevisionId, policy?.revisionId)
    const statements = policy?.statements ?? []
    if (statements.some(({ sid }) => sid === input.StatementId)) {
      throw fault(
        'ResourceConflictException',
        `The statement id (${input.StatementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
      )
    }
    const statement = statementOf(input, arn, shelf.region)
    const changed = changePolicy(rooms, shelf, record, qualifier, [...statements, statement])
    rooms.functions.replace(shelf, changed)
    return { Statement: statement.text }
  },
})
