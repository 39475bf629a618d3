/**
 * Credentials for somebody whom the caller vouches for: what the caller may, as far as the session
 * policies allow it; without any, nothing but what resource policies give.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
 */
import { issue } from './issue.ts'
import { mustHoldKeys, rootSecondsMax, sessionSecondsDefault } from './long-term.ts'
import { operation } from './service.ts'
import { packedSize, readSessionPolicies } from './session-policies.ts'
import { readTags, tagContext } from './session-tags.ts'

export const getFederationToken = operation('GetFederationToken', {
  action: 'sts:GetFederationToken',

  touches({ caller: { account } }, input) {
    return { arn: arnOf(account, input.Name), account, context: tagContext(readTags(input)) }
  },

  run(rooms, input, subject) {
    const holder = mustHoldKeys(rooms, 'GetFederationToken')
    const { Name: sessionName, DurationSeconds: asked = sessionSecondsDefault } = input
    const tags = readTags(input)
    const refused = input.Tags?.length ? rooms.refusal('sts:TagSession', subject) : undefined
    if (refused) throw refused
    const policies = readSessionPolicies(rooms, holder.account, input)
    const PackedPolicySize = packedSize(policies, tags)
    const seconds = holder.userId === undefined ? Math.min(asked, rootSecondsMax) : asked
    const terms = { kind: 'federated-user', ...holder, sessionName, ...policies, ...tags } as const

    return {
      Credentials: issue(rooms, terms, seconds),
      FederatedUser: { FederatedUserId: `${holder.account}:${sessionName}`, Arn: subject.arn },
      PackedPolicySize,
    }
  },
})

const arnOf = (account: string, name: string): string =>
  `arn:aws:sts::${account}:federated-user/${name}`
