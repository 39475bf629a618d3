import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AccountId, Arn } from '../lib/brand.ts'
import type { Caller } from '../lib/caller.ts'
import { plain } from '../lib/plain.ts'
import { serviceActRecord } from './event.ts'
import { receiptRecord } from './receipt.ts'
import { type Answered, answerRecord, eventRecord, refusedRecord } from './record.ts'

const account = '000000000000' as AccountId
const caller: Caller = {
  ...{ kind: 'user', account, principalId: 'AIDA', tags: {} },
  arn: `arn:aws:iam::${account}:user/ann` as Arn,
}
const origin = { sourceIp: '10.0.0.1', userAgent: 'test', secure: true, host: 'localhost' }
const answered: Answered = {
  ...{ eventId: '1', requestId: '2', at: 0, region: 'us-east-1', apiVersion: '2017-10-17' },
  ...{ eventSource: 'secretsmanager.amazonaws.com', eventName: 'GetSecretValue', readOnly: true },
  ...{ caller, origin, parameters: { secretId: 'a' }, response: undefined, resources: [] },
}
const filed = { eventId: '1', at: 0, region: 'us-east-1', account }
const resource = { arn: 'arn:aws:x', account, type: undefined }

const records = {
  'of a read': answerRecord(answered),
  'of a call that a service made': answerRecord({ ...answered, invokedBy: 'ssm.amazonaws.com' }),
  'of a service as the caller': answerRecord({
    ...answered,
    caller: { ...caller, kind: 'service', source: { account } },
  }),
  'of a refusal without words': answerRecord({
    ...answered,
    error: { code: 'Refused', words: undefined },
  }),
  'of a call that reached another account': answerRecord({
    ...{ ...answered, versionId: 'v', decision: { outcome: 'allow' } },
    resources: [{ ARN: 'arn:aws:x', accountId: '111111111111' }],
    origin: { ...origin, tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' } },
  }),
  'of strangers': refusedRecord({ ...filed, sourceIp: '10.0.0.1', codes: { Refused: 1 } }),
  'of an event': eventRecord({ ...filed, name: 'StoreUnsealed', facts: { seal: undefined } }),
  'of what a service did': serviceActRecord({
    ...{ ...filed, eventSource: 'kms.amazonaws.com', eventName: 'RotateKey', details: {} },
  }),
  'of a receipt': receiptRecord({
    ...{ ...filed, caller, requestId: '2', batchId: '3', kind: 'Secret', id: 'a', version: 'v' },
    ...{ count: 1, firstAt: 0, lastAt: 0, application: undefined, mayRead: true, resource },
  }),
}

for (const [which, record] of Object.entries(records)) {
  test(`the record ${which} is, for who follows, what the journal keeps of it`, () => {
    assert.deepStrictEqual(record, plain(record))
  })
}
