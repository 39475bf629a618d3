/** Decrypt, and what becomes of ciphertexts that were tampered with. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  KMSClient,
} from '@aws-sdk/client-kms'
import { raiseHouse, type TestHouse } from '../../house.ts'

let house: TestHouse
let kms: KMSClient
before(async () => {
  house = await raiseHouse()
  kms = new KMSClient(house.client())
})
after(() => house[Symbol.asyncDispose]())

test('round trip', async () => {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  console.log(KeyMetadata)
  const KeyId = KeyMetadata?.KeyId
  const e = await kms.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('hello'), EncryptionContext: { a: 'b' } }))
  const d = await kms.send(new DecryptCommand({ CiphertextBlob: e.CiphertextBlob, EncryptionContext: { a: 'b' } }))
  assert.equal(Buffer.from(d.Plaintext ?? []).toString(), 'hello')
  console.log(d)
  console.log(await kms.send(new DescribeKeyCommand({ KeyId: 'alias/aws/secretsmanager' })))
  await assert.rejects(kms.send(new GenerateDataKeyCommand({ KeyId: 'alias/aws/secretsmanager', KeySpec: 'AES_256' })), (x: Error) => { console.log(x.name, x.message); return true })
  await assert.rejects(kms.send(new DescribeKeyCommand({ KeyId: 'alias/nope' })), (x: Error) => { console.log(x.name, x.message); return true })
  await assert.rejects(kms.send(new DescribeKeyCommand({ KeyId: '00000000-0000-0000-0000-000000000000' })), (x: Error) => { console.log(x.name, x.message); return true })
  await assert.rejects(kms.send(new DescribeKeyCommand({ KeyId: 'arn:aws:kms:us-east-1:111122223333:key/00000000-0000-0000-0000-000000000000' })), (x: Error) => { console.log(x.name, x.message); return true })
  console.log(house.complaints)
})
