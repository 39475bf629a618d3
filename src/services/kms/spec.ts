/**
 * The kinds of keys: what each is made of, what it may be used for, by which algorithms.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
 */
import type {
  EncryptionAlgorithmSpec,
  KeySpec,
  KeyUsageType,
  MacAlgorithmSpec,
  SigningAlgorithmSpec,
} from '../../contract/generated/kms.ts'
import type { PairKind } from '../../keyring/pairs.ts'

export interface Spec {
  /** The first is what the key is for if nothing else is asked; none: it must be asked. */
  readonly usages: readonly KeyUsageType[]
  /** Random bytes, or a pair. */
  readonly material: { readonly bytes: number } | PairKind
  readonly encryption?: readonly EncryptionAlgorithmSpec[]
  readonly signing?: readonly SigningAlgorithmSpec[]
  readonly macs?: readonly MacAlgorithmSpec[]
}

const rsaEncryption = ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const
const rsaSigning = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
] as const

const rsa = (bits: number): Spec => ({
  usages: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'],
  material: { type: 'rsa', bits },
  encryption: rsaEncryption,
  signing: rsaSigning,
})

const nist = (curve: string, algorithm: SigningAlgorithmSpec): Spec => ({
  usages: ['SIGN_VERIFY', 'KEY_AGREEMENT'],
  material: { type: 'ec', curve },
  signing: [algorithm],
})

/** How long a symmetric key is: AES-256. */
export const symmetricBytes = 32

const mac = (bytes: number, algorithm: MacAlgorithmSpec): Spec => ({
  usages: ['GENERATE_VERIFY_MAC'],
  material: { bytes },
  macs: [algorithm],
})

const lattice = (type: 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87'): Spec => ({
  usages: ['SIGN_VERIFY'],
  material: { type },
  signing: ['ML_DSA_SHAKE_256'],
})

const specs: ReadonlyMap<KeySpec, Spec> = new Map<KeySpec, Spec>([
  [
    'SYMMETRIC_DEFAULT',
    {
      usages: ['ENCRYPT_DECRYPT'],
      material: { bytes: symmetricBytes },
      encryption: ['SYMMETRIC_DEFAULT'],
    },
  ],
  ['HMAC_224', mac(28, 'HMAC_SHA_224')],
  ['HMAC_256', mac(32, 'HMAC_SHA_256')],
  ['HMAC_384', mac(48, 'HMAC_SHA_384')],
  ['HMAC_512', mac(64, 'HMAC_SHA_512')],
  ['RSA_2048', rsa(2048)],
  ['RSA_3072', rsa(3072)],
  ['RSA_4096', rsa(4096)],
  ['ECC_NIST_P256', nist('P-256', 'ECDSA_SHA_256')],
  ['ECC_NIST_P384', nist('P-384', 'ECDSA_SHA_384')],
  ['ECC_NIST_P521', nist('P-521', 'ECDSA_SHA_512')],
  [
    'ECC_SECG_P256K1',
    {
      usages: ['SIGN_VERIFY'],
      material: { type: 'ec', curve: 'secp256k1' },
      signing: ['ECDSA_SHA_256'],
    },
  ],
  [
    'ECC_NIST_EDWARDS25519',
    { usages: ['SIGN_VERIFY'], material: { type: 'ed25519' }, signing: ['ED25519_SHA_512'] },
  ],
  ['ML_DSA_44', lattice('ml-dsa-44')],
  ['ML_DSA_65', lattice('ml-dsa-65')],
  ['ML_DSA_87', lattice('ml-dsa-87')],
])

/** The row of a spec; `undefined` for one that AWS has and we do not (SM2). */
export const findSpec = (spec: KeySpec): Spec | undefined => specs.get(spec)

/** The row of a key that exists. */
export function specOf(spec: KeySpec): Spec {
  const row = specs.get(spec)
  if (!row) throw new Error(`a key of the unknown kind ${spec}`)
  return row
}

/** The one algorithm of a symmetric key. */
export const symmetric = 'SYMMETRIC_DEFAULT'
