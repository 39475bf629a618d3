/**
 * What the policies of a user with its groups, of a group or of a role would say, together with further
 * ones.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
import { operation } from '../service.ts'
import { callerOf, findHolder, knownOf, principalOf } from './asker.ts'
import { simulate } from './simulate.ts'
import { attachedSource, givenSources, heldSources } from './sources.ts'

export const simulatePrincipalPolicy = operation('SimulatePrincipalPolicy', {
  action: 'iam:SimulatePrincipalPolicy',
  touches: (look, { PolicySourceArn }) => findHolder(look, PolicySourceArn),

  async run({ identities }, input, { record }) {
    const { CallerArn, PolicyInputList, PermissionsBoundaryPolicyInputList } = input
    const own = principalOf(record)
    const principal = CallerArn === undefined ? own : callerOf(CallerArn)
    const boundaries = PermissionsBoundaryPolicyInputList
    const given = givenSources('PermissionsBoundaryPolicyInputList', boundaries, 'boundary')
    const boundary = record.kind === 'group' ? undefined : record.boundary
    return simulate(
      {
        principal,
        known: knownOf(principal, record.kind !== 'group' || CallerArn !== undefined),
        identity: [
          ...(await heldSources(identities, record)),
          ...givenSources('PolicyInputList', PolicyInputList),
        ],
        boundary:
          given.length === 0 && boundary
            ? [attachedSource(identities, boundary, 'boundary')]
            : given,
      },
      input,
    )
  },
})
