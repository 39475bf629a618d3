/**
 * The life of a key against a small model, in any order of steps: what opened before a rotation opens
 * after it, what is destroyed never opens again, a key that is off does nothing.
 */
import assert from 'node:assert/strict'
import { constants, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { dayMs } from '../../../src/lib/clock.ts'
import { type KmsHall, openHall } from './hall.ts'

/** What the model knows of a key. Instants are days since the beginning. */
interface Model {
  readonly isImported: boolean
  today: number
  enabled: boolean
  hasMaterial: boolean
  isDestroyed: boolean
  deletedOn: number | undefined
  expiresOn: number | undefined
  rotatesOn: number | undefined
  materialsCount: number
}

type Code = string | undefined

const stateCode = (model: Model): Code => {
  if (model.isDestroyed) return 'NotFoundException'
  if (model.deletedOn !== undefined || !model.hasMaterial) return 'KMSInvalidStateException'
  return model.enabled ? undefined : 'DisabledException'
}

/** As stateCode, for what a disabled key still lets be done. */
const managingCode = (model: Model): Code => {
  const code = stateCode(model)
  return code === 'DisabledException' ? undefined : code
}

interface Case {
  readonly hall: KmsHall
  readonly KeyId: string
  readonly material: Buffer
  readonly blobs: { readonly blob: Buffer; readonly plain: Buffer }[]
}

interface Step {
  readonly name: string
  /** The code that the model expects, and what becomes of the model if there is none. */
  expect(model: Model): Code
  apply(model: Model): void
  run(at: Case): Promise<unknown>
}

const simple = (
  name: string,
  expect: Step['expect'],
  apply: Step['apply'],
  input: object = {},
): Step => ({
  name,
  expect,
  apply,
  run: ({ hall, KeyId }) => hall.call(name, { KeyId, ...input }),
})

const deletionCode = ({ isDestroyed, deletedOn }: Model): Code => {
  if (isDestroyed) return 'NotFoundException'
  return deletedOn === undefined ? undefined : 'KMSInvalidStateException'
}

const windowDays = 7
const periodDays = 90

const steps: readonly Step[] = [
  simple('EnableKey', managingCode, (model) => {
    model.enabled = true
  }),
  simple('DisableKey', managingCode, (model) => {
    model.enabled = false
  }),
  simple(
    'ScheduleKeyDeletion',
    deletionCode,
    (model) => {
      model.deletedOn = model.today + windowDays
    },
    { PendingWindowInDays: windowDays },
  ),
  simple(
    'CancelKeyDeletion',
    ({ isDestroyed, deletedOn }) => {
      if (isDestroyed) return 'NotFoundException'
      return deletedOn === undefined ? 'KMSInvalidStateException' : undefined
    },
    (model) => {
      model.deletedOn = undefined
      model.enabled = false
    },
  ),
  simple(
    'RotateKeyOnDemand',
    (model) => stateCode(model) ?? (model.isImported ? 'KMSInvalidStateException' : undefined),
    (model) => {
      model.materialsCount++
    },
  ),
  simple(
    'EnableKeyRotation',
    (model) => {
      const code = stateCode(model)
      const isPendingImport =
        !model.isDestroyed && model.deletedOn === undefined && !model.hasMaterial
      if (code && !isPendingImport) return code
      return model.isImported ? 'UnsupportedOperationException' : undefined
    },
    (model) => {
      model.rotatesOn ??= model.today + periodDays
    },
    { RotationPeriodInDays: periodDays },
  ),
  {
    name: 'Encrypt',
    expect: stateCode,
    apply: () => {},
    async run({ hall, KeyId, blobs }) {
      const plain = randomBytes(16)
      const { CiphertextBlob: blob } = await hall.call('Encrypt', { KeyId, Plaintext: plain })
      blobs.push({ blob, plain })
    },
  },
  {
    name: 'import',
    expect: (model) => {
      if (model.isDestroyed) return 'NotFoundException'
      if (!model.isImported) return 'UnsupportedOperationException'
      return deletionCode(model)
    },
    apply: (model) => {
      model.hasMaterial = true
      model.expiresOn = model.today + 20
    },
    run: importMaterial,
  },
  simple(
    'DeleteImportedKeyMaterial',
    (model) => {
      if (model.isDestroyed) return 'NotFoundException'
      if (!model.isImported) return 'UnsupportedOperationException'
      return deletionCode(model)
    },
    (model) => {
      model.hasMaterial = false
      model.expiresOn = undefined
    },
  ),
]

async function importMaterial({ hall, KeyId, material }: Case): Promise<void> {
  const { PublicKey, ImportToken } = await hall.call('GetParametersForImport', {
    KeyId,
    WrappingAlgorithm: 'RSAES_OAEP_SHA_256',
    WrappingKeySpec: 'RSA_2048',
  })
  const key = createPublicKey({ key: PublicKey, format: 'der', type: 'spki' })
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  await hall.call('ImportKeyMaterial', {
    KeyId,
    ImportToken,
    EncryptedKeyMaterial: publicEncrypt({ key, oaepHash: 'sha256', padding }, material),
    ValidTo: hall.clock.now + 20 * dayMs,
  })
}

/** Days go by, and the clock does its work. */
function passDays(model: Model, days: number): void {
  model.today += days
  if (model.isDestroyed) return
  if (model.deletedOn !== undefined) {
    if (model.deletedOn <= model.today) model.isDestroyed = true
    return
  }
  if (model.rotatesOn !== undefined && model.rotatesOn <= model.today && model.enabled) {
    model.rotatesOn = model.today + periodDays
    model.materialsCount++
  }
  if (model.expiresOn !== undefined && model.expiresOn <= model.today) {
    model.hasMaterial = false
    model.expiresOn = undefined
  }
}

const shownState = (model: Model): string => {
  if (model.deletedOn !== undefined) return 'PendingDeletion'
  if (!model.hasMaterial) return 'PendingImport'
  return model.enabled ? 'Enabled' : 'Disabled'
}

/** Everything that can be asked of the key agrees with the model. */
async function mustAgree(model: Model, { hall, KeyId, blobs }: Case): Promise<void> {
  const kept = model.isDestroyed || !model.hasMaterial ? 0 : model.materialsCount
  assert.equal(await hall.count('kms-materials', '000000000000', 'us-east-1', KeyId), kept)
  if (!model.isDestroyed) {
    const { KeyMetadata } = await hall.call('DescribeKey', { KeyId })
    assert.equal(KeyMetadata.KeyState, shownState(model))
    const { Rotations } = await hall.call('ListKeyRotations', { KeyId })
    assert.equal(Rotations.length, model.materialsCount - 1)
  }
  const code = stateCode(model)
  for (const { blob, plain } of blobs) {
    const opening = hall.call('Decrypt', { CiphertextBlob: blob })
    if (model.isDestroyed) await assert.rejects(opening, { code: 'AccessDeniedException' })
    else if (code) await assert.rejects(opening, { code })
    else assert.deepEqual((await opening).Plaintext, plain)
  }
}

/** A step by its number, or days that pass. */
type Move = { readonly step: number } | { readonly days: number }

const moves = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ step: fc.nat({ max: steps.length - 1 }) }) },
    { weight: 1, arbitrary: fc.record({ days: fc.integer({ min: 1, max: 100 }) }) },
  ),
  { minLength: 3, maxLength: 20 },
)

test('a key does what the model says, whatever happens to it', async () => {
  await using hall = await openHall()
  await fc.assert(
    fc.asyncProperty(fc.boolean(), moves, async (isImported, list: Move[]) => {
      const Origin = isImported ? 'EXTERNAL' : 'AWS_KMS'
      const { KeyMetadata } = await hall.call('CreateKey', { Origin })
      const at: Case = { hall, KeyId: KeyMetadata.KeyId, material: randomBytes(32), blobs: [] }
      const model: Model = {
        isImported,
        today: 0,
        enabled: true,
        hasMaterial: !isImported,
        isDestroyed: false,
        deletedOn: undefined,
        expiresOn: undefined,
        rotatesOn: undefined,
        materialsCount: 1,
      }
      for (const move of list) {
        if ('days' in move) {
          hall.clock.now += move.days * dayMs
          await hall.sweep()
          passDays(model, move.days)
        } else await take(steps[move.step], model, at)
        await mustAgree(model, at)
      }
    }),
    { numRuns: 50 },
  )
  assert.deepEqual(hall.complaints, [])
})

async function take(step: Step | undefined, model: Model, at: Case): Promise<void> {
  if (!step) throw new Error('no such step')
  const code = step.expect(model)
  if (code) return assert.rejects(step.run(at), { code }, step.name)
  await step.run(at)
  step.apply(model)
}
