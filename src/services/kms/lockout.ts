/**
 * AWS's safety check: a key policy is refused if whoever puts it could not put another one later. It
 * is enough that the policy leaves this to the account: what IAM allows there can be changed.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key
 */
import { partitionOf } from '../../lib/arn.ts'
import { buildContext, contextOf } from '../../policy/context.ts'
import { decide } from '../../policy/decide.ts'
import { conditionKeysOf } from '../operation.ts'
import { fault, type Rooms } from './service.ts'
import type { Key } from './subject.ts'

const action = 'kms:PutKeyPolicy'

/** Throws unless the caller, or its account, may change the policy of the key as it would be. */
export function mustNotLockOut({ refusal, caller }: Rooms, key: Key): void {
  const isOwn = caller.account === key.account
  if (!refusal(action, key) || (isOwn && isLeftToAccount(key))) return
  throw fault(
    'MalformedPolicyDocumentException',
    'The new key policy will not allow you to update the key policy in the future.',
  )
}

/** Root is allowed whatever its policy leaves to the account. */
function isLeftToAccount(key: Key): boolean {
  const { arn, account, shelf, policy } = key
  const rootArn = `arn:${partitionOf(shelf.region)}:iam::${account}:root`
  const root = { kind: 'root', arn: rootArn, account, tags: {} } as const
  const { outcome } = decide({
    principal: root,
    action,
    resource: arn,
    resourceAccount: account,
    context: buildContext(root, account, contextOf(conditionKeysOf(key))),
    identity: [],
    resourcePolicy: policy,
  })
  return outcome === 'allow'
}
