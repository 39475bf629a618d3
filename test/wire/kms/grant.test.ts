/** CreateGrant, ListGrants, ListRetirableGrants, RevokeGrant, RetireGrant, and what grants allow. */
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EncryptCommand,
  ListGrantsCommand,
  ListRetirableGrantsCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms'
import {
  account,
  bytes,
  type MadeKey,
  nowhere,
  type Person,
  raiseScene,
  refused,
  rootArn,
  type Scene,
  said,
  text,
  unsigned,
} from './scene.ts'

let scene: Scene
let key: MadeKey
let worker: Person
before(async () => {
  scene = await raiseScene()
  key = await scene.key()
  worker = await scene.as()
})
after(() => scene[Symbol.asyncDispose]())

const grant = (input: Partial<CreateGrantCommandInput> = {}, by = scene.kms) =>
  by.send(
    new CreateGrantCommand({
      KeyId: key.id,
      GranteePrincipal: worker.arn,
      Operations: ['Decrypt'],
      ...input,
    }),
  )
const encrypt = async (KeyId: string, by = scene.kms, EncryptionContext?: Record<string, string>) =>
  (await by.send(new EncryptCommand({ KeyId, Plaintext: bytes('granted'), EncryptionContext })))
    .CiphertextBlob
const decrypt = async (
  CiphertextBlob: Uint8Array | undefined,
  by: Person,
  EncryptionContext?: Record<string, string>,
  GrantTokens?: string[],
) =>
  text(
    (await by.kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext, GrantTokens })))
      .Plaintext,
  )
const list = async (KeyId: string, input: object = {}, by = scene.kms) =>
  by.send(new ListGrantsCommand({ KeyId, ...input }))
const revoke = (KeyId: string, GrantId: string | undefined, by = scene.kms) =>
  by.send(new RevokeGrantCommand({ KeyId, GrantId }))

suite('CreateGrant', () => {
  test('unsigned; who may not; no such key', async () => {
    await refused(
      grant({}, unsigned(scene.house)),
      'MissingAuthenticationTokenException',
      'Missing Authentication Token',
    )
    await refused(
      grant({}, worker.kms),
      'AccessDeniedException',
      said.denied(worker.arn, 'kms:CreateGrant', key.arn, 'identity-based'),
    )
    await refused(grant({ KeyId: nowhere }), 'NotFoundException', said.absent(nowhere))
  })

  test('principals that are none', async () => {
    await refused(grant({ GranteePrincipal: 'nobody' }), 'InvalidArnException', 'Invalid ARN')
    await refused(
      grant({ RetiringPrincipal: 'arn:aws:s3:::bucket' }),
      'InvalidArnException',
      'Invalid ARN',
    )
  })

  test('operations that the key has not, and constraints that it cannot have', async () => {
    await refused(
      grant({ Operations: ['Sign'] }),
      'ValidationException',
      'Operation Sign is not supported by this key.',
    )
    const mac = await scene.key({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
    await refused(
      grant({
        KeyId: mac.id,
        Operations: ['GenerateMac'],
        Constraints: { EncryptionContextEquals: { a: 'b' } },
      }),
      'ValidationException',
      'Grant constraints need a symmetric encryption key.',
    )
  })

  test('who may grant only certain things', async () => {
    const person = await scene.as({
      Action: 'kms:CreateGrant',
      Condition: {
        'ForAllValues:StringEquals': { 'kms:GrantOperations': ['Encrypt'] },
        StringEquals: { 'kms:GranteePrincipal': worker.arn },
      },
    })
    const other = await scene.key()
    await grant({ KeyId: other.id, Operations: ['Encrypt'] }, person.kms)
    await refused(grant({ KeyId: other.id }, person.kms), 'AccessDeniedException', /identity-based/)
  })

  test('who may grant for services only may not by itself', async () => {
    const person = await scene.as({
      Action: 'kms:CreateGrant',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    })
    await refused(grant({}, person.kms), 'AccessDeniedException', /identity-based/)
  })

  test('a key that is off; a rehearsal', async () => {
    const disabled = await scene.key()
    await scene.kms.send(new DisableKeyCommand({ KeyId: disabled.id }))
    await refused(grant({ KeyId: disabled.id }), 'DisabledException', said.disabled(disabled.id))
    await refused(grant({ DryRun: true }), 'DryRunOperationException', said.dryRun)
  })

  test('the same named wish gives the same grant; without a name another', async () => {
    const other = await scene.key()
    const first = await grant({ KeyId: other.id, Name: 'job' })
    const again = await grant({ KeyId: other.id, Name: 'job' })
    assert.equal(again.GrantId, first.GrantId)
    const wider = await grant({ KeyId: other.id, Name: 'job', Operations: ['Decrypt', 'Encrypt'] })
    assert.notEqual(wider.GrantId, first.GrantId)
    assert.notEqual(
      (await grant({ KeyId: other.id })).GrantId,
      (await grant({ KeyId: other.id })).GrantId,
    )
    assert.match(first.GrantId ?? '', /^[0-9a-f]{64}$/)
  })
})

suite('what a grant allows', () => {
  test('its operations, on its key, to its grantee, at once', async () => {
    const other = await scene.key()
    const blob = await encrypt(other.id)
    await refused(decrypt(blob, worker), 'AccessDeniedException', said.unreachable)
    await grant({ KeyId: other.id })
    assert.equal(await decrypt(blob, worker), 'granted')
    await refused(
      encrypt(other.id, worker.kms),
      'AccessDeniedException',
      said.denied(worker.arn, 'kms:Encrypt', other.arn, 'identity-based'),
    )
    await refused(decrypt(blob, await scene.as()), 'AccessDeniedException', said.unreachable)
    const elsewhere = await encrypt((await scene.key()).id)
    await refused(decrypt(elsewhere, worker), 'AccessDeniedException', said.unreachable)
  })

  test('only with the whole context that it asks for', async () => {
    const other = await scene.key()
    const EncryptionContextEquals = { a: '1', b: '2' }
    await grant({ KeyId: other.id, Constraints: { EncryptionContextEquals } })
    const exact = await encrypt(other.id, scene.kms, { b: '2', a: '1' })
    assert.equal(await decrypt(exact, worker, EncryptionContextEquals), 'granted')
    for (const context of [{ a: '1' }, { a: '1', b: '2', c: '3' }, { a: '1', b: '3' }]) {
      const blob = await encrypt(other.id, scene.kms, context)
      await refused(decrypt(blob, worker, context), 'AccessDeniedException', said.unreachable)
    }
  })

  test('only with the part of a context that it asks for', async () => {
    const other = await scene.key()
    await grant({ KeyId: other.id, Constraints: { EncryptionContextSubset: { a: '1' } } })
    const more = { a: '1', c: '3' }
    assert.equal(await decrypt(await encrypt(other.id, scene.kms, more), worker, more), 'granted')
    const less = { c: '3' }
    await refused(
      decrypt(await encrypt(other.id, scene.kms, less), worker, less),
      'AccessDeniedException',
      said.unreachable,
    )
  })

  test('never against a Deny', async () => {
    const denied = await scene.as({ Effect: 'Deny', Action: 'kms:Decrypt' })
    const other = await scene.key()
    await grant({ KeyId: other.id, GranteePrincipal: denied.arn })
    await refused(
      decrypt(await encrypt(other.id), denied),
      'AccessDeniedException',
      said.unreachable,
    )
  })

  test('passing on no more than it gives', async () => {
    const other = await scene.key()
    const friend = await scene.as()
    const Operations = ['CreateGrant' as const, 'Decrypt' as const]
    const Constraints = { EncryptionContextSubset: { a: '1' } }
    await grant({ KeyId: other.id, Operations, Constraints })
    const onward = { KeyId: other.id, GranteePrincipal: friend.arn }
    await refused(
      grant({ ...onward, Operations: ['Encrypt'], Constraints }, worker.kms),
      'AccessDeniedException',
      /identity-based/,
    )
    await refused(grant(onward, worker.kms), 'AccessDeniedException', /identity-based/)
    await grant(
      { ...onward, Constraints: { EncryptionContextSubset: { a: '1', b: '2' } } },
      worker.kms,
    )
    const context = { a: '1', b: '2' }
    assert.equal(
      await decrypt(await encrypt(other.id, scene.kms, context), friend, context),
      'granted',
    )
  })

  test('a grant token adds nothing, but must be one of ours', async () => {
    const other = await scene.key()
    const { GrantToken = '' } = await grant({ KeyId: other.id })
    const blob = await encrypt(other.id)
    assert.equal(await decrypt(blob, worker, undefined, [GrantToken]), 'granted')
    const code = 'InvalidGrantTokenException'
    await refused(decrypt(blob, worker, undefined, ['made up']), code, 'Invalid grant token.')
    const altered = Buffer.from(GrantToken, 'base64')
    altered[40] = (altered[40] ?? 0) ^ 1
    await refused(
      decrypt(blob, worker, undefined, [altered.toString('base64')]),
      code,
      'Invalid grant token.',
    )
    const nobody = await scene.as()
    await refused(
      decrypt(blob, nobody, undefined, [GrantToken]),
      'AccessDeniedException',
      said.unreachable,
    )
  })

  test('DescribeKey too', async () => {
    const other = await scene.key()
    await grant({ KeyId: other.id, Operations: ['DescribeKey'] })
    const answer = await worker.kms.send(new DescribeKeyCommand({ KeyId: other.id }))
    assert.equal(answer.KeyMetadata?.KeyId, other.id)
  })
})

suite('ListGrants', () => {
  test('who may not; no such key; no such grant; a marker that is none', async () => {
    await refused(
      list(key.id, {}, worker.kms),
      'AccessDeniedException',
      said.denied(worker.arn, 'kms:ListGrants', key.arn, 'identity-based'),
    )
    await refused(list(nowhere), 'NotFoundException', said.absent(nowhere))
    await refused(list(key.id, { GrantId: 'x' }), 'NotFoundException', 'Grant ID x not found')
    await refused(list(key.id, { Marker: 'x' }), 'InvalidMarkerException', 'Invalid marker.')
  })

  test('all that a grant says', async () => {
    const other = await scene.key()
    const Constraints = { EncryptionContextSubset: { a: '1' } }
    const { GrantId } = await grant({
      KeyId: other.id,
      Name: 'job',
      RetiringPrincipal: rootArn,
      Constraints,
    })
    const { Grants = [] } = await list(other.id)
    const [{ CreationDate, ...entry } = {}] = Grants
    assert.ok(CreationDate)
    assert.deepEqual(entry, {
      KeyId: other.arn,
      GrantId,
      Name: 'job',
      GranteePrincipal: worker.arn,
      RetiringPrincipal: rootArn,
      IssuingAccount: rootArn,
      Operations: ['Decrypt'],
      Constraints,
    })
  })

  test('page by page; by grantee; by id', async () => {
    const other = await scene.key()
    const ids: (string | undefined)[] = []
    for (let count = 0; count < 5; count++) ids.push((await grant({ KeyId: other.id })).GrantId)
    const friend = await scene.as()
    const { GrantId } = await grant({ KeyId: other.id, GranteePrincipal: friend.arn })
    for (const [filter, expected] of [
      [{}, [...ids, GrantId]],
      [{ GranteePrincipal: worker.arn }, ids],
      [{ GranteePrincipal: friend.arn }, [GrantId]],
      [{ GrantId }, [GrantId]],
      [{ GrantId, GranteePrincipal: worker.arn }, []],
    ] as const) {
      const seen: (string | undefined)[] = []
      let Marker: string | undefined
      do {
        const page = await list(other.id, { ...filter, Limit: 2, Marker })
        seen.push(...(page.Grants ?? []).map((each) => each.GrantId))
        Marker = page.NextMarker
      } while (Marker)
      assert.deepEqual(seen.toSorted(), expected.toSorted())
    }
  })
})

suite('RevokeGrant', () => {
  test('who may not; no such grant; a rehearsal', async () => {
    const { GrantId } = await grant()
    await refused(
      revoke(key.id, GrantId, worker.kms),
      'AccessDeniedException',
      said.denied(worker.arn, 'kms:RevokeGrant', key.arn, 'identity-based'),
    )
    await refused(revoke(key.id, 'x'), 'NotFoundException', 'Grant ID x not found')
    await refused(
      scene.kms.send(new RevokeGrantCommand({ KeyId: key.id, GrantId, DryRun: true })),
      'DryRunOperationException',
      said.dryRun,
    )
  })

  test('done: it allows nothing from now on; done twice', async () => {
    const other = await scene.key()
    const { GrantId } = await grant({ KeyId: other.id })
    const blob = await encrypt(other.id)
    assert.equal(await decrypt(blob, worker), 'granted')
    await revoke(other.id, GrantId)
    await refused(decrypt(blob, worker), 'AccessDeniedException', said.unreachable)
    await refused(revoke(other.id, GrantId), 'NotFoundException', `Grant ID ${GrantId} not found`)
    assert.deepEqual((await list(other.id)).Grants, [])
  })
})

suite('RetireGrant', () => {
  const retire = (input: object, by = scene.kms) => by.send(new RetireGrantCommand(input))

  test('by neither token nor id', () =>
    refused(
      retire({ KeyId: key.arn }),
      'ValidationException',
      'Give either GrantToken, or both KeyId and GrantId.',
    ))

  test('by a token that is none', () =>
    refused(retire({ GrantToken: 'x' }), 'InvalidGrantTokenException', 'Invalid grant token.'))

  test('not by its grantee, unless the grant says so', async () => {
    const plain = await grant({ Name: 'plain' })
    await refused(
      retire({ KeyId: key.arn, GrantId: plain.GrantId }, worker.kms),
      'AccessDeniedException',
      said.denied(worker.arn, 'kms:RetireGrant', key.arn, 'identity-based'),
    )
    const own = await grant({ Operations: ['Decrypt', 'RetireGrant'] })
    await retire({ KeyId: key.arn, GrantId: own.GrantId }, worker.kms)
    await refused(
      retire({ KeyId: key.arn, GrantId: own.GrantId }),
      'NotFoundException',
      `Grant ID ${own.GrantId} not found`,
    )
  })

  test('by its retiring principal, by token, also from abroad', async () => {
    const retiring = await scene.as()
    const { GrantToken } = await grant({ RetiringPrincipal: retiring.arn })
    await refused(
      retire({ GrantToken, DryRun: true }, retiring.kms),
      'DryRunOperationException',
      said.dryRun,
    )
    await retire({ GrantToken }, retiring.kms)
  })

  test("by the account's root", async () => {
    const { GrantToken } = await grant()
    await retire({ GrantToken })
  })
})

suite('ListRetirableGrants', () => {
  const retirable = (RetiringPrincipal: string, input: object = {}, by = scene.kms) =>
    by.send(new ListRetirableGrantsCommand({ RetiringPrincipal, ...input }))

  test('who may not; a marker that is none', async () => {
    await refused(
      retirable(worker.arn, {}, worker.kms),
      'AccessDeniedException',
      said.denied(worker.arn, 'kms:ListRetirableGrants', '', 'identity-based'),
    )
    await refused(
      retirable(worker.arn, { Marker: 'x' }),
      'InvalidMarkerException',
      'Invalid marker.',
    )
  })

  test('of all keys, page by page', async () => {
    const RetiringPrincipal = `arn:aws:iam::${account}:user/retiring`
    const ids: (string | undefined)[] = []
    for (let count = 0; count < 3; count++) {
      const { id: KeyId } = await scene.key()
      ids.push((await grant({ KeyId, RetiringPrincipal })).GrantId)
    }
    const seen: (string | undefined)[] = []
    let Marker: string | undefined
    do {
      const page = await retirable(RetiringPrincipal, { Limit: 2, Marker })
      seen.push(...(page.Grants ?? []).map((each) => each.GrantId))
      assert.equal(page.Truncated, page.NextMarker !== undefined)
      Marker = page.NextMarker
    } while (Marker)
    assert.deepEqual(seen.toSorted(), ids.toSorted())
  })
})
