import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IamOperations } from './generated/iam.ts'
import { iam } from './generated/iam.ts'
import { type SecretsManagerOperations, secretsmanager } from './generated/secretsmanager.ts'
import { sts } from './generated/sts.ts'
import { findOperation } from './model.ts'

test('an operation is found by its name and by nothing that objects inherit', () => {
  assert.equal(findOperation(secretsmanager, 'GetSecretValue')?.input, 'GetSecretValueRequest')
  for (const name of ['getSecretValue', '__proto__', 'constructor', 'toString', '']) {
    assert.equal(findOperation(secretsmanager, name), undefined, name)
  }
})

test('errors stand under their code on the wire, with status and spelling', () => {
  assert.deepEqual(secretsmanager.errors.ResourceNotFoundException, {
    status: 400,
    message: 'Message',
  })
  assert.deepEqual(secretsmanager.errors.InternalServiceError, { status: 500, message: 'Message' })
  assert.deepEqual(iam.errors.NoSuchEntity, { status: 404, message: 'message' })
  assert.equal(iam.errors.NoSuchEntityException, undefined)
})

test('only calls that prove themselves otherwise go unsigned', () => {
  const unsigned = Object.keys(sts.operations).filter((name) => sts.operations[name]?.unsigned)
  assert.deepEqual(unsigned, ['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'])
  assert.ok(!Object.values(iam.operations).some((operation) => operation.unsigned))
  assert.ok(!Object.values(secretsmanager.operations).some((operation) => operation.unsigned))
})

test('the types say what is required, what is listed and which codes exist', () => {
  const input: SecretsManagerOperations['GetSecretValue']['input'] = { SecretId: 'a' }
  // @ts-expect-error SecretId is required
  const without: SecretsManagerOperations['GetSecretValue']['input'] = {}
  // @ts-expect-error a code that the operation does not have
  const code: IamOperations['GetUser']['error'] = 'ResourceNotFoundException'
  // @ts-expect-error an enumeration is a union
  const status: IamOperations['UpdateAccessKey']['input']['Status'] = 'Asleep'
  // @ts-expect-error instants are milliseconds
  const at: SecretsManagerOperations['DescribeSecret']['output'] = { CreatedDate: new Date() }
  assert.ok(input && without && code && status && at)
})
