/** A value under a data key of its own: opened in its context alone, and what is kept of it keeps no more. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { Unopenable } from '../lib/aead.ts'
import { secretKeyFrom } from '../lib/secret-key.ts'
import { type DataKeys, openValue, sealValue } from './envelope.ts'

const bytes = randomBytes(32)
const asked: Uint8Array[] = []
const dataKeys: DataKeys = {
  generate: () => ({ key: secretKeyFrom(Buffer.from(bytes)), sealed: Buffer.from('sealed') }),
  open(sealed) {
    asked.push(sealed)
    return Buffer.from(bytes)
  },
}
const context = { SecretARN: 'arn', SecretVersionId: 'one' }

describe('an envelope', () => {
  test('is opened in its own context, and in no other', async () => {
    const envelope = sealValue(dataKeys, Buffer.from('plain'), context)
    assert.equal(openValue(dataKeys, envelope, context).toString(), 'plain')
    const other = { ...context, SecretVersionId: 'two' }
    assert.throws(() => openValue(dataKeys, envelope, other), Unopenable)
  })

  test('keeps no shared memory from being freed while it is kept', async () => {
    const envelope = sealValue(dataKeys, Buffer.from('plain'), context)
    openValue(dataKeys, envelope, context)
    const sealed = asked.at(-1)
    assert.equal(sealed?.buffer.byteLength, sealed?.byteLength)
  })
})
