/**
 * Request rates as AWS limits them, per account and region: a bucket for each group of operations that
 * share a quota, full at one second's worth. In memory, and off unless the operator asks for them.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
import { secondMs } from '../lib/clock.ts'

/** Operations that share a quota. */
interface Quota {
  readonly perSecond: number
  readonly operations: readonly string[]
}

/**
 * AWS's quotas by the name in a credential scope. Services that are not here are not limited. AWS says
 * how many a second, not how many at once; that it is one second's worth is ours.
 */
const quotas: Readonly<Record<string, readonly Quota[]>> = {
  secretsmanager: [
    { perSecond: 10_000, operations: ['DescribeSecret', 'GetSecretValue'] },
    { perSecond: 100, operations: ['BatchGetSecretValue'] },
    { perSecond: 100, operations: ['ListSecrets'] },
    { perSecond: 50, operations: ['CreateSecret'] },
    { perSecond: 50, operations: ['DeleteSecret'] },
    { perSecond: 50, operations: ['RestoreSecret'] },
    { perSecond: 50, operations: ['GetRandomPassword'] },
    { perSecond: 50, operations: ['ListSecretVersionIds'] },
    { perSecond: 50, operations: ['RotateSecret', 'CancelRotateSecret'] },
    { perSecond: 50, operations: ['TagResource', 'UntagResource'] },
    {
      perSecond: 50,
      operations: [
        ...['DeleteResourcePolicy', 'GetResourcePolicy', 'PutResourcePolicy'],
        'ValidateResourcePolicy',
      ],
    },
    {
      perSecond: 50,
      operations: [
        ...['PutSecretValue', 'RemoveRegionsFromReplication', 'ReplicateSecretToRegions'],
        ...['StopReplicationToReplica', 'UpdateSecret', 'UpdateSecretVersionStage'],
      ],
    },
  ],
}

/** What a call is counted by. */
export interface Counted {
  readonly account: string
  readonly region: string
  readonly service: string
  readonly operation: string
}

interface Bucket {
  left: number
  filledAt: number
}

/** One per house. Buckets are as many as accounts, regions and groups are in use. */
export class Rates {
  readonly #quotas = new Map<string, Quota>()
  readonly #buckets = new Map<string, Bucket>()

  constructor() {
    for (const [service, groups] of Object.entries(quotas)) {
      for (const quota of groups) {
        for (const name of quota.operations) this.#quotas.set(`${service}:${name}`, quota)
      }
    }
  }

  /** Takes one call's worth, if it is there. `at` in milliseconds. */
  admits({ account, region, service, operation }: Counted, at: number): boolean {
    const quota = this.#quotas.get(`${service}:${operation}`)
    if (!quota) return true
    const key = `${account} ${region} ${service}:${quota.operations[0]}`
    const bucket = this.#buckets.get(key) ?? { left: quota.perSecond, filledAt: at }
    this.#buckets.set(key, bucket)
    // A clock that was put back fills nothing, and does not stop the filling either.
    const gained = (Math.max(0, at - bucket.filledAt) * quota.perSecond) / secondMs
    bucket.left = Math.min(quota.perSecond, bucket.left + gained)
    bucket.filledAt = at
    if (bucket.left < 1) return false
    bucket.left--
    return true
  }
}
