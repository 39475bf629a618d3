/** Signatures over digests are the same thing as Node's over messages, and refuse what Node refuses. */
import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { suite, test } from 'node:test'
import { makePair, type PairKind } from './pairs.ts'
import { prehashOf, type Scheme, sign, verify } from './signing.ts'

const cases: readonly (readonly [name: string, pair: PairKind, scheme: Scheme])[] = [
  ['PKCS1 SHA-256', { type: 'rsa', bits: 2048 }, { kind: 'pkcs1', hash: 'sha256' }],
  ['PKCS1 SHA-512', { type: 'rsa', bits: 2048 }, { kind: 'pkcs1', hash: 'sha512' }],
  ['PSS SHA-256', { type: 'rsa', bits: 2048 }, { kind: 'pss', hash: 'sha256' }],
  ['PSS SHA-384', { type: 'rsa', bits: 2048 }, { kind: 'pss', hash: 'sha384' }],
  ['PSS SHA-512', { type: 'rsa', bits: 2048 }, { kind: 'pss', hash: 'sha512' }],
  ['P-256', { type: 'ec', curve: 'P-256' }, { kind: 'ecdsa', hash: 'sha256' }],
  ['P-384', { type: 'ec', curve: 'P-384' }, { kind: 'ecdsa', hash: 'sha384' }],
  ['P-521', { type: 'ec', curve: 'P-521' }, { kind: 'ecdsa', hash: 'sha512' }],
  ['secp256k1', { type: 'ec', curve: 'secp256k1' }, { kind: 'ecdsa', hash: 'sha256' }],
]

for (const [name, kind, scheme] of cases) {
  suite(name, async () => {
    const { privateKey, publicKey } = await makePair(kind)
    const prehash = prehashOf(scheme)
    const hashName = scheme.hash
    if (!prehash || !hashName) throw new Error('a scheme without digests')
    const message = Buffer.from('what is signed')
    const digest = hash(hashName, message, 'buffer')

    test('a signature over the digest is one over the message', () => {
      for (let round = 0; round < 20; round++) {
        const signature: Buffer = prehash.sign(privateKey, hashName, digest)
        assert.equal(verify(scheme, publicKey, message, signature), true)
      }
    })

    test('a signature over the message is one over the digest', async () => {
      const signature = await sign(scheme, privateKey, message)
      assert.equal(prehash.verify(publicKey, hashName, digest, signature), true)
    })

    test('an altered signature or digest does not verify', async () => {
      const signature = await sign(scheme, privateKey, message)
      for (const at of [0, 1, 5, signature.length >> 1, signature.length - 1]) {
        const altered = Buffer.from(signature)
        altered[at] = (altered[at] ?? 0) ^ 1
        assert.equal(prehash.verify(publicKey, hashName, digest, altered), false, `byte ${at}`)
      }
      const other = hash(hashName, 'what is not', 'buffer')
      assert.equal(prehash.verify(publicKey, hashName, other, signature), false)
      assert.equal(prehash.verify(publicKey, hashName, digest, signature.subarray(1)), false)
      assert.equal(prehash.verify(publicKey, hashName, digest, Buffer.alloc(0)), false)
      const longer = Buffer.concat([signature, Buffer.of(0)])
      assert.equal(prehash.verify(publicKey, hashName, digest, longer), false)
    })
  })
}

for (const kind of ['pkcs1', 'pss'] as const) {
  test(`${kind}: a leading zero of a signature is a part of it`, async () => {
    const { privateKey, publicKey } = await makePair({ type: 'rsa', bits: 2048 })
    const prehash = prehashOf({ kind, hash: 'sha256' })
    if (!prehash) throw new Error('a scheme without digests')
    // One of 256 begins so.
    for (let round = 0; ; round++) {
      const digest = hash('sha256', `message ${round}`, 'buffer')
      const signature: Buffer = prehash.sign(privateKey, 'sha256', digest)
      if (signature[0] !== 0) continue
      assert.equal(prehash.verify(publicKey, 'sha256', digest, signature), true)
      assert.equal(prehash.verify(publicKey, 'sha256', digest, signature.subarray(1)), false)
      return
    }
  })
}

test('schemes that hash by themselves take no digests', () => {
  assert.equal(prehashOf({ kind: 'whole' }), undefined)
})
