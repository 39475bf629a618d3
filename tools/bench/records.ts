/** Audit records as ordinary traffic leaves them, many at a time. */
import { randomUUID } from 'node:crypto'
import { answerRecord } from '../../src/audit/record.ts'
import { openFolder } from '../../src/folder.ts'
import type { AccountId, Arn } from '../../src/lib/brand.ts'
import { dayMs } from '../../src/lib/clock.ts'
import type { Store } from '../../src/store/store.ts'
import { storeOf } from './fill.ts'
import { region } from './wire.ts'

export const account = '000000000000' as AccountId
const names = ['GetSecretValue', 'GetSecretValue', 'GetSecretValue', 'DescribeSecret', 'Decrypt']
const spanMs = 60 * dayMs
const batchItemsMax = 60

export const secretArn = (n: number): string =>
  `arn:aws:secretsmanager:${region}:${account}:secret:team-${n % 97}/service-${n}-AbCdEf`

const userArn = (n: number) => `arn:aws:iam::${account}:user/user-${n}` as Arn

export const requestId = (n: number): string =>
  `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`

/** The nth record: by one of 200 users on one of 3,000 secrets. */
export function recordOf(n: number, at: number): object {
  const user = n % 200
  const service = n % 5 === 4 ? 'kms' : 'secretsmanager'
  return answerRecord({
    ...{ eventId: randomUUID(), requestId: requestId(n), at, region, readOnly: true },
    ...{ eventSource: `${service}.amazonaws.com`, eventName: names[n % 5] as string },
    apiVersion: '2017-10-17',
    caller: {
      ...{ kind: 'user', account, arn: userArn(user), principalId: `AIDA${user}`, tags: {} },
      ...{ userName: `user-${user}`, accessKeyId: `AKIA${String(user).padStart(16, '0')}` },
    },
    origin: {
      ...{ sourceIp: '10.0.0.1', secure: false, host: 'localhost' },
      userAgent: 'aws-sdk-js/3.1000.0 md/nodejs#26.0.0 api/secrets-manager#3.1000.0',
    },
    parameters: { secretId: secretArn(n % 3000) },
    response: null,
    resources: [
      { accountId: account, type: 'AWS::SecretsManager::Secret', ARN: secretArn(n % 3000) },
    ],
    decision: { outcome: 'allow', policyKind: 'identity', policyName: 'a', statement: 0 },
  })
}

/** So many records up to now, of sixty days, in batches as load makes them: from one answer to sixty. */
export async function addRecords(store: Store, count: number): Promise<void> {
  const startAt = Date.now() - spanMs
  for (let n = 0, batch = 0; n < count; batch++) {
    const size = Math.min(count - n, 1 + ((batch * 7) % batchItemsMax))
    await store.attempt(async (attempt) => {
      for (let at = n; at < n + size; at++) {
        attempt.record(recordOf(at, startAt + (at / count) * spanMs))
      }
    })
    n += size
  }
}

/** Puts them into the folder of a house that is stopped. */
export async function fillRecords(path: string, count: number): Promise<void> {
  const folder = await openFolder(path)
  const store = await storeOf(folder)
  await addRecords(store, count)
  await store.close()
  folder.release()
}
