/**
 * A session of the caller's own: what it may, but for IAM. Needs no permission.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
 */
import { anything } from '../operation.ts'
import { issue } from './issue.ts'
import { mustHoldKeys, rootSecondsMax, sessionSecondsDefault } from './long-term.ts'
import { fault, operation } from './service.ts'

export const getSessionToken = operation('GetSessionToken', {
  action: undefined,
  touches: ({ caller }) => anything(caller.account),

  run(rooms, { SerialNumber, TokenCode, DurationSeconds = sessionSecondsDefault }) {
    if (SerialNumber !== undefined || TokenCode !== undefined) {
      throw fault(
        'AccessDeniedException',
        'MultiFactorAuthentication failed: there are no MFA devices here.',
      )
    }
    const holder = mustHoldKeys(rooms, 'GetSessionToken')
    const isRoot = holder.userId === undefined
    const nothing = { policies: [], policyArns: [], tags: {}, transitiveTagKeys: [] }
    const kind = isRoot ? 'root-session' : 'user-session'
    // AWS shortens a session of root and says nothing.
    const seconds = isRoot ? Math.min(DurationSeconds, rootSecondsMax) : DurationSeconds
    return { Credentials: issue(rooms, { kind, ...holder, ...nothing }, seconds) }
  },
})
