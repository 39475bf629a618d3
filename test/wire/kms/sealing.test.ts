/** Under one derived key no nonce comes twice: with a low limit the salt changes, and all opens. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHall } from './hall.ts'

/** Behind the reference (72 bytes), a version and a key id: salt (16) and counter (8). */
const nonceOf = (blob: Buffer) => ({
  salt: blob.toString('hex', 77, 93),
  counter: Number(blob.readBigUInt64BE(93)),
})

test('the sealing key rolls over long before its counter', async () => {
  await using hall = await openHall({ sealsMax: 4n })
  const { KeyMetadata } = await hall.call('CreateKey', {})
  const { KeyId } = KeyMetadata
  const blobs: Buffer[] = []
  for (let count = 0; count < 18; count++) {
    const Plaintext = Buffer.from(`${count}`)
    blobs.push((await hall.call('Encrypt', { KeyId, Plaintext })).CiphertextBlob)
  }
  const nonces = blobs.map(nonceOf)
  assert.deepEqual(
    nonces.map((nonce) => nonce.counter),
    Array.from({ length: 18 }, (_, at) => at % 4),
  )
  assert.equal(new Set(nonces.map((nonce) => nonce.salt)).size, 5)
  for (const [count, CiphertextBlob] of blobs.entries()) {
    const { Plaintext } = await hall.call('Decrypt', { CiphertextBlob })
    assert.equal(Plaintext.toString(), `${count}`)
  }
})

test('each process, and each material, has a salt of its own', async () => {
  await using hall = await openHall()
  const { KeyMetadata } = await hall.call('CreateKey', {})
  const { KeyId } = KeyMetadata
  const seal = async () =>
    (await hall.call('Encrypt', { KeyId, Plaintext: Buffer.from('x') })).CiphertextBlob
  const blobs = [await seal()]
  await hall.restart()
  blobs.push(await seal())
  await hall.call('RotateKeyOnDemand', { KeyId })
  blobs.push(await seal())
  const nonces = blobs.map(nonceOf)
  assert.equal(new Set(nonces.map((nonce) => nonce.salt)).size, 3)
  for (const CiphertextBlob of blobs) {
    assert.equal((await hall.call('Decrypt', { CiphertextBlob })).Plaintext.toString(), 'x')
  }
})
