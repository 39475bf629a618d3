/**
 * Imported material: wrapped by its owner for us, checked to be what the key is, perhaps for a time only.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { AlgorithmSpec, ImportKeyMaterialRequest } from '../../contract/generated/kms.ts'
import { exportPublic } from '../../keyring/pairs.ts'
import { unwrap, type Wrapping } from '../../keyring/unwrap.ts'
import { dayMs } from '../../lib/clock.ts'
import { fault, type Look } from './service.ts'
import { type Spec, specOf } from './spec.ts'
import type { Key } from './subject.ts'
import type { ImportTicket } from './token.ts'
import { parseImportToken } from './token.ts'

const wrappings: ReadonlyMap<AlgorithmSpec, Wrapping> = new Map([
  ['RSAES_OAEP_SHA_1', { oaepHash: 'sha1', isTwofold: false }],
  ['RSAES_OAEP_SHA_256', { oaepHash: 'sha256', isTwofold: false }],
  ['RSA_AES_KEY_WRAP_SHA_1', { oaepHash: 'sha1', isTwofold: true }],
  ['RSA_AES_KEY_WRAP_SHA_256', { oaepHash: 'sha256', isTwofold: true }],
])

/** Throws for a way of wrapping that is broken (PKCS #1 v1.5) or that we have not (SM2). */
export function mustBeWrapping(algorithm: AlgorithmSpec): void {
  if (wrappings.has(algorithm)) return
  throw fault('UnsupportedOperationException', `WrappingAlgorithm ${algorithm} is not supported.`)
}

/** Throws unless the key is one whose material comes from outside. */
export function mustBeImported({ arn, record: { origin } }: Key): void {
  if (origin === 'EXTERNAL') return
  throw fault(
    'UnsupportedOperationException',
    `${arn} origin is ${origin} which is not valid for this operation.`,
  )
}

/** The ticket of a token that was made for this key and is still good. */
export function mustHaveTicket(look: Look, key: Key, token: Uint8Array): ImportTicket {
  const ticket = parseImportToken(look.materials, token)
  const { account, region } = key.shelf
  const isOurs =
    ticket?.keyId === key.record.id &&
    ticket.shelf.account === account &&
    ticket.shelf.region === region
  if (!ticket || !isOurs) throw fault('InvalidImportTokenException')
  if (ticket.validTo <= look.draws.at) throw fault('ExpiredImportTokenException')
  return ticket
}

const validDaysMax = 365

/** When the material shall end; `undefined` for never. Throws ValidationException. */
export function expiryOf(input: ImportKeyMaterialRequest, at: number): number | undefined {
  const { ExpirationModel: model = 'KEY_MATERIAL_EXPIRES', ValidTo } = input
  if (model === 'KEY_MATERIAL_DOES_NOT_EXPIRE') {
    if (ValidTo === undefined) return undefined
    throw fault(
      'ValidationException',
      'A validTo date must not be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE',
    )
  }
  if (ValidTo === undefined) {
    throw fault(
      'ValidationException',
      'A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES',
    )
  }
  if (ValidTo <= at || ValidTo > at + validDaysMax * dayMs) {
    throw fault('ValidationException', 'The validTo date must be within the next 365 days')
  }
  return ValidTo
}

export interface Imported {
  readonly plain: Buffer
  readonly publicKey?: Buffer
}

/** The material. What does not open, or is not what the key is, is refused without a word. */
export function openImport(key: Key, ticket: ImportTicket, wrapped: Uint8Array): Imported {
  const wrapping = wrappings.get(ticket.algorithm as AlgorithmSpec)
  const der = Buffer.from(ticket.privateKey, 'base64')
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  const plain = wrapping && unwrap(privateKey, wrapping, wrapped)
  if (!plain) throw fault('InvalidCiphertextException')
  const spec = specOf(key.record.spec)
  if ('bytes' in spec.material) {
    mustBeLong(key, spec.material.bytes, plain)
    return { plain }
  }
  const imported = readPrivate(plain)
  if (!imported || !isOf(imported, spec)) throw fault('IncorrectKeyMaterialException')
  return { plain, publicKey: exportPublic(createPublicKey(imported)) }
}

/** Symmetric keys are exact; an HMAC key may be as long as its hash's block. */
function mustBeLong({ record }: Key, bytes: number, plain: Buffer): void {
  const isMac = record.usage === 'GENERATE_VERIFY_MAC'
  const bytesMax = isMac ? (bytes > 32 ? 128 : 64) : bytes
  if (plain.length >= bytes && plain.length <= bytesMax) return
  plain.fill(0)
  throw fault('IncorrectKeyMaterialException')
}

function readPrivate(der: Buffer): KeyObject | undefined {
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } catch {
    return undefined
  }
}

const opensslNames: Readonly<Record<string, string>> = {
  'P-256': 'prime256v1',
  'P-384': 'secp384r1',
  'P-521': 'secp521r1',
  secp256k1: 'secp256k1',
}

function isOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject, spec: Spec) {
  const { material } = spec
  if ('bytes' in material || material.type !== type) return false
  if (material.type === 'rsa') return details?.modulusLength === material.bits
  return material.type !== 'ec' || details?.namedCurve === opensslNames[material.curve]
}
