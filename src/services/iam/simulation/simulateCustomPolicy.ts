/**
 * What policies that are handed in would say.
 *
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
 */
import { anything } from '../../operation.ts'
import { fault, operation } from '../service.ts'
import { callerOf, knownOf, somebodyOf } from './asker.ts'
import { simulate } from './simulate.ts'
import { givenSources } from './sources.ts'

export const simulateCustomPolicy = operation('SimulateCustomPolicy', {
  action: 'iam:SimulateCustomPolicy',
  touches: ({ caller: { account } }) => anything(account),

  run({ caller: { account } }, input) {
    const { CallerArn, ResourcePolicy, PolicyInputList, PermissionsBoundaryPolicyInputList } = input
    if (ResourcePolicy !== undefined && CallerArn === undefined) {
      throw fault('InvalidInput', 'CallerArn is required with a ResourcePolicy.')
    }
    const principal = CallerArn === undefined ? somebodyOf(account) : callerOf(CallerArn)
    const boundaries = PermissionsBoundaryPolicyInputList
    return simulate(
      {
        principal,
        known: knownOf(principal, CallerArn !== undefined),
        identity: givenSources('PolicyInputList', PolicyInputList),
        boundary: givenSources('PermissionsBoundaryPolicyInputList', boundaries, 'boundary'),
      },
      input,
    )
  },
})
