import assert from 'node:assert/strict'
import { test } from 'node:test'
import { iam } from '../contract/generated/iam.ts'
import { secretsmanager } from '../contract/generated/secretsmanager.ts'
import { sts } from '../contract/generated/sts.ts'
import { readModel } from '../contract/model.ts'
import { redactInput, redactOutput } from './redact.ts'

test('an input as CloudTrail shows it, without its secret', () => {
  const input = {
    Name: 'a',
    ClientRequestToken: 't',
    KmsKeyId: 'k',
    SecretString: 'canary',
    SecretBinary: Buffer.from('canary'),
    Tags: [{ Key: 'k', Value: 'v' }],
    AddReplicaRegions: [{ Region: 'eu-west-1' }],
    Unknown: 'canary',
  }
  assert.deepEqual(redactInput(secretsmanager, 'CreateSecret', input), {
    name: 'a',
    clientRequestToken: 't',
    kmsKeyId: 'k',
    tags: [{ key: 'k', value: 'v' }],
    addReplicaRegions: [{ region: 'eu-west-1' }],
  })
})

test('an output: ARN is arn, dates are text, secrets stay out at any depth', () => {
  const value = {
    ARN: 'arn',
    VersionId: 'v',
    SecretString: 'canary',
    CreatedDate: Date.UTC(2015, 7, 30, 12, 36, 0, 123),
    VersionStages: undefined,
  }
  assert.deepEqual(redactOutput(secretsmanager, 'GetSecretValue', value), {
    arn: 'arn',
    versionId: 'v',
    createdDate: '2015-08-30T12:36:00Z',
  })
  assert.deepEqual(redactOutput(secretsmanager, 'BatchGetSecretValue', { SecretValues: [value] }), {
    secretValues: [{ arn: 'arn', versionId: 'v', createdDate: '2015-08-30T12:36:00Z' }],
  })
  assert.deepEqual(
    redactOutput(secretsmanager, 'GetRandomPassword', { RandomPassword: 'canary' }),
    {},
  )
})

test('credentials show their id and end, never what proves them', () => {
  const Credentials = {
    AccessKeyId: 'ASIA',
    SecretAccessKey: 'canary',
    SessionToken: 'canary',
    Expiration: 0,
  }
  assert.deepEqual(redactOutput(sts, 'AssumeRole', { Credentials, PackedPolicySize: 3 }), {
    credentials: { accessKeyId: 'ASIA', expiration: '1970-01-01T00:00:00Z' },
    packedPolicySize: 3,
  })
  assert.deepEqual(
    redactInput(iam, 'ChangePassword', { OldPassword: 'canary', NewPassword: 'canary' }),
    {},
  )
  assert.deepEqual(
    redactInput(iam, 'EnableMFADevice', {
      UserName: 'u',
      SerialNumber: 's',
      AuthenticationCode1: '1',
      AuthenticationCode2: '2',
    }),
    { userName: 'u', serialNumber: 's' },
  )
})

test('an operation without output has none in its record', () => {
  assert.equal(redactOutput(secretsmanager, 'TagResource', {}), null)
})

test('a field beyond its bound is left out whole', () => {
  const omitted = { omitted: true, reason: 'the field is too large' }
  const large = 'x'.repeat(60_000)
  assert.deepEqual(
    redactInput(iam, 'CreatePolicy', { PolicyName: large, PolicyDocument: large }),
    omitted,
  )
  const many = Array.from({ length: 60_000 }, () => ({}))
  assert.deepEqual(redactInput(secretsmanager, 'TagResource', { Tags: many }), omitted)
})

test('a secret structure, list or map is left out with all that it holds', () => {
  const member = (shape: string) => ({ shape })
  const model = readModel(
    JSON.stringify({
      operations: { Do: { input: 'In', errors: [] } },
      shapes: {
        In: {
          type: 'structure',
          members: { A: member('Secret'), B: member('List'), C: member('Map'), D: member('Plain') },
        },
        Secret: { type: 'structure', members: { X: member('Text') }, sensitive: true },
        List: { type: 'list', member: member('SecretText') },
        Map: { type: 'map', key: member('Text'), value: member('SecretText') },
        Plain: { type: 'map', key: member('Text'), value: member('Text') },
        Text: { type: 'string' },
        SecretText: { type: 'string', sensitive: true },
      },
      errors: {},
    }),
  )
  const input = {
    A: { X: 'canary' },
    B: ['canary'],
    C: { canary: 'canary' },
    D: JSON.parse('{"__proto__":"x"}'),
  }
  assert.equal(JSON.stringify(redactInput(model, 'Do', input)), '{"d":{"__proto__":"x"}}')
})
