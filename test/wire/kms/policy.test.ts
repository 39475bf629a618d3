/** PutKeyPolicy, GetKeyPolicy, ListKeyPolicies, and what key policies decide. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  EncryptCommand,
  GetKeyPolicyCommand,
  ListKeyPoliciesCommand,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms'
import {
  bytes,
  keyPolicy,
  nowhere,
  policy,
  raiseScene,
  refused,
  rootArn,
  type Scene,
  said,
  unsigned,
} from './scene.ts'

let scene: Scene
before(async () => {
  scene = await raiseScene()
})
after(() => scene[Symbol.asyncDispose]())

const put = (KeyId: string, Policy = keyPolicy(), by = scene.kms, more: object = {}) =>
  by.send(new PutKeyPolicyCommand({ KeyId, Policy, ...more }))
const get = async (KeyId: string, by = scene.kms, more: object = {}) =>
  by.send(new GetKeyPolicyCommand({ KeyId, ...more }))
const list = (KeyId: string, by = scene.kms) => by.send(new ListKeyPoliciesCommand({ KeyId }))
const encrypt = (KeyId: string, by = scene.kms) =>
  by.send(new EncryptCommand({ KeyId, Plaintext: bytes('x') }))

const operations = [
  ['PutKeyPolicy', (id: string, by = scene.kms) => put(id, keyPolicy(), by)],
  ['GetKeyPolicy', (id: string, by = scene.kms) => get(id, by)],
  ['ListKeyPolicies', list],
] as const

for (const [name, send] of operations) {
  suite(name, () => {
    test('unsigned; who may not; no such key', async () => {
      const { id, arn } = await scene.key()
      await refused(
        send(id, unsigned(scene.house)),
        'MissingAuthenticationTokenException',
        'Missing Authentication Token',
      )
      const nobody = await scene.as()
      await refused(
        send(id, nobody.kms),
        'AccessDeniedException',
        said.denied(nobody.arn, `kms:${name}`, arn, 'identity-based'),
      )
      await refused(send(nowhere), 'NotFoundException', said.absent(nowhere))
    })
  })
}

suite('key policies', () => {
  test('there is just one, called default', async () => {
    const { id } = await scene.key()
    const { PolicyNames, Truncated } = await list(id)
    assert.deepEqual([PolicyNames, Truncated], [['default'], false])
    const code = 'NotFoundException'
    await refused(get(id, scene.kms, { PolicyName: 'mine' }), code, 'No such policy exists')
    await refused(
      put(id, keyPolicy(), scene.kms, { PolicyName: 'mine' }),
      code,
      'No such policy exists',
    )
    assert.equal((await get(id, scene.kms, { PolicyName: 'default' })).PolicyName, 'default')
  })

  test('a text that is no policy', async () => {
    const { id } = await scene.key()
    const code = 'MalformedPolicyDocumentException'
    await refused(put(id, '{'), code, 'This policy contains invalid Json')
    await refused(
      put(id, policy({ Principal: { AWS: 'arn:aws:iam::1:nobody' }, Action: 'kms:*' })),
      code,
      'Invalid principal in policy',
    )
    const large = keyPolicy({
      Principal: '*',
      Effect: 'Deny',
      Action: 'kms:x',
      Sid: 'x'.repeat(33_000),
    })
    await refused(put(id, large), code, 'The policy is too large.')
  })

  test('its author must be able to change it again, unless it wants otherwise', async () => {
    const { id } = await scene.key()
    const locking = policy({ Principal: { AWS: rootArn }, Action: 'kms:Get*' })
    await refused(
      put(id, locking),
      'MalformedPolicyDocumentException',
      'The new key policy will not allow you to update the key policy in the future.',
    )
    await put(id, locking, scene.kms, { BypassPolicyLockoutSafetyCheck: true })
    assert.equal((await get(id)).Policy, locking)
    await refused(put(id), 'AccessDeniedException', /resource-based/)
  })

  test('put is what is got, done twice', async () => {
    const { id } = await scene.key()
    const text = `  ${keyPolicy()}\n`
    await put(id, text)
    await put(id, text)
    assert.equal((await get(id)).Policy, text)
  })

  test('who is named needs no policy of its own', async () => {
    const { id, arn } = await scene.key()
    const person = await scene.as()
    await refused(encrypt(id, person.kms), 'AccessDeniedException', /identity-based/)
    await put(id, keyPolicy({ Principal: { AWS: person.arn }, Action: 'kms:Encrypt' }))
    assert.equal((await encrypt(id, person.kms)).KeyId, arn)
  })

  test('without the account, its own policies count for nothing', async () => {
    const person = await scene.as({ Action: 'kms:*' })
    const { id, arn } = await scene.key({
      Policy: policy({ Principal: { AWS: rootArn }, Action: ['kms:PutKeyPolicy', 'kms:Get*'] }),
    })
    await refused(
      encrypt(id, person.kms),
      'AccessDeniedException',
      said.denied(person.arn, 'kms:Encrypt', arn, 'resource-based'),
    )
  })

  test('a Deny wins', async () => {
    const person = await scene.as({ Action: 'kms:*' })
    const { id, arn } = await scene.key({
      Policy: keyPolicy({ Effect: 'Deny', Principal: { AWS: person.arn }, Action: 'kms:Encrypt' }),
    })
    await refused(
      encrypt(id, person.kms),
      'AccessDeniedException',
      `User: ${person.arn} is not authorized to perform: kms:Encrypt on resource: ${arn} with an explicit deny in a resource-based policy`,
    )
  })

  test('a permission through a service does not hold directly', async () => {
    const { id } = await scene.key()
    const person = await scene.as({
      Action: 'kms:Encrypt',
      Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' } },
    })
    await refused(encrypt(id, person.kms), 'AccessDeniedException', /identity-based/)
  })

  test('what was taken back is taken back at once', async () => {
    const person = await scene.as()
    const allow = keyPolicy({ Principal: { AWS: person.arn }, Action: 'kms:Encrypt' })
    const { id } = await scene.key({ Policy: allow })
    await encrypt(id, person.kms)
    await put(id, keyPolicy())
    await refused(encrypt(id, person.kms), 'AccessDeniedException', /identity-based/)
  })
})
