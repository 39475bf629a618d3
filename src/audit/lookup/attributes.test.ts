/** What a record can be found by. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditRecord, RecordedIdentity } from '../copies.ts'
import { attributesOf, usernameOf } from './attributes.ts'

const record = (more: Partial<AuditRecord>): AuditRecord => ({
  eventID: 'id',
  eventTime: '2026-01-01T00:00:00Z',
  eventSource: 'secretsmanager.amazonaws.com',
  eventName: 'GetSecretValue',
  awsRegion: 'us-east-1',
  recipientAccountId: '000000000000',
  userIdentity: {},
  ...more,
})
const namesIn = (each: AuditRecord) =>
  attributesOf(each)
    .filter(({ name }) => name === 'ResourceName')
    .map(({ value }) => value)

const arns: readonly (readonly [arn: string, name: string | undefined])[] = [
  ['arn:aws:secretsmanager:us-east-1:000000000000:secret:a/b-c-AbCdEf', 'a/b-c'],
  ['arn:aws:iam::000000000000:role/team/Reader', 'Reader'],
  ['arn:aws:kms:us-east-1:000000000000:key/12345678', undefined],
  ['arn:aws:lambda:us-east-1:000000000000:function:rotate', 'rotate'],
  ['arn:aws:ssm:us-east-1:000000000000:parameter/app/port', '/app/port'],
  ['arn:aws:s3:::bucket', undefined],
]
for (const [ARN, name] of arns) {
  test(`${ARN} is found by itself${name ? ` and by ${name}` : ''}`, () => {
    const resources = [{ ARN, accountId: '000000000000' }]
    assert.deepEqual(namesIn(record({ resources })), name ? [ARN, name] : [ARN])
  })
}

test('what a service did on its own account is found by its secret', () => {
  const [[SecretId] = ['']] = arns
  const event = record({ eventName: 'RotationSucceeded', additionalEventData: { SecretId } })
  assert.deepEqual(namesIn(event), [SecretId, 'a/b-c'])
})

const identities: readonly (readonly [RecordedIdentity, string | undefined])[] = [
  [{ type: 'Root' }, 'root'],
  [{ type: 'IAMUser', userName: 'ann' }, 'ann'],
  [{ type: 'AssumedRole', principalId: 'AROA1:nightly' }, 'nightly'],
  [{ type: 'FederatedUser', principalId: '000000000000:bob' }, 'bob'],
  [{ type: 'AWSService', invokedBy: 'lambda.amazonaws.com' }, undefined],
  [{ invokedBy: 'secretsmanager.amazonaws.com' }, undefined],
]
for (const [identity, name] of identities) {
  test(`the user name of ${JSON.stringify(identity)}`, () => {
    assert.equal(usernameOf(identity), name)
  })
}
