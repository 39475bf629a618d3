/**
 * Points of elliptic curves, for verifying signatures over digests: public numbers only, so that
 * time may tell what it will.
 *
 * SEC 2, sections 2.4 to 2.9; SEC 1, section 2.2.1.
 */
import type { KeyObject } from 'node:crypto'
import { createECDH } from 'node:crypto'
import { remembered } from '../lib/once.ts'

export interface Point {
  readonly x: bigint
  readonly y: bigint
}

export interface Curve {
  readonly name: string
  readonly bytes: number
  /** The prime of the field, and the curve's first coefficient. */
  readonly prime: bigint
  readonly a: bigint
  readonly order: bigint
  readonly base: Point
}

type Shape = Omit<Curve, 'base'>

const hex = (digits: string): bigint => BigInt(`0x${digits}`)

const p256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
const p384 = 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n
const p521 = 2n ** 521n - 1n
const p256k1 = 2n ** 256n - 2n ** 32n - 977n

/** Without their base points, which cost some milliseconds and are seldom needed. */
const shapes: ReadonlyMap<string, Shape> = new Map(
  [
    row(
      'prime256v1',
      32,
      p256,
      -3n,
      'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
    ),
    row(
      'secp384r1',
      48,
      p384,
      -3n,
      'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    ),
    row(
      'secp521r1',
      66,
      p521,
      -3n,
      '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
    ),
    row(
      'secp256k1',
      32,
      p256k1,
      0n,
      'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141',
    ),
  ].map((shape) => [shape.name, shape]),
)

function row(name: string, bytes: number, prime: bigint, a: bigint, order: string): Shape {
  return { name, bytes, prime, a, order: hex(order) }
}

/** OpenSSL knows it: the point of the private key one. */
function baseOf(name: string, bytes: number): Point {
  const ecdh = createECDH(name)
  ecdh.setPrivateKey(Buffer.of(1))
  const point = ecdh.getPublicKey('hex')
  return { x: hex(point.slice(2, 2 + 2 * bytes)), y: hex(point.slice(2 + 2 * bytes)) }
}

const curveNamed = remembered((name): Curve => {
  const shape = shapes.get(name)
  if (!shape) throw new Error('a key on an unknown curve')
  return { ...shape, base: baseOf(name, shape.bytes) }
})

export const curveOf = (key: KeyObject): Curve =>
  curveNamed(key.asymmetricKeyDetails?.namedCurve ?? '')

export function modulo(value: bigint, by: bigint): bigint {
  const rest = value % by
  return rest < 0n ? rest + by : rest
}

/** The inverse modulo a prime, by Euclid. */
export function inverse(value: bigint, prime: bigint): bigint {
  let [rest, next] = [prime, modulo(value, prime)]
  let [factor, nextFactor] = [0n, 1n]
  while (next !== 0n) {
    const quotient = rest / next
    ;[rest, next] = [next, rest - quotient * next]
    ;[factor, nextFactor] = [nextFactor, factor - quotient * nextFactor]
  }
  return modulo(factor, prime)
}

/** Jacobian coordinates: no inverse until the end. The point at infinity has a zero z. */
interface Projected extends Point {
  readonly z: bigint
}

const infinity: Projected = { x: 1n, y: 1n, z: 0n }

type Term = readonly [scalar: bigint, point: Point]

/** The sum of two multiples, all bits at once (Shamir's trick); `undefined` at infinity. */
export function multiply(curve: Curve, terms: readonly [Term, Term]): Point | undefined {
  const [[first, p], [second, q]] = terms
  const projected = { p: { ...p, z: 1n }, q: { ...q, z: 1n } }
  const table = [infinity, projected.p, projected.q, add(curve, projected.p, projected.q)]
  let sum = infinity
  for (let bit = BigInt(8 * curve.bytes - 1); bit >= 0n; bit--) {
    sum = double(curve, sum)
    const index = Number(((first >> bit) & 1n) | (((second >> bit) & 1n) << 1n))
    if (index > 0) sum = add(curve, sum, table[index] ?? infinity)
  }
  return flatten(curve, sum)
}

function flatten({ prime }: Curve, { x, y, z }: Projected): Point | undefined {
  if (z === 0n) return undefined
  const inverted = inverse(z, prime)
  const square = modulo(inverted * inverted, prime)
  return { x: modulo(x * square, prime), y: modulo(y * square * inverted, prime) }
}

function double({ prime, a }: Curve, { x, y, z }: Projected): Projected {
  if (z === 0n || y === 0n) return infinity
  const yy = modulo(y * y, prime)
  const s = modulo(4n * x * yy, prime)
  const zz = modulo(z * z, prime)
  const m = modulo(3n * x * x + a * zz * zz, prime)
  const x3 = modulo(m * m - 2n * s, prime)
  return { x: x3, y: modulo(m * (s - x3) - 8n * yy * yy, prime), z: modulo(2n * y * z, prime) }
}

function add(curve: Curve, p: Projected, q: Projected): Projected {
  if (p.z === 0n) return q
  if (q.z === 0n) return p
  const { prime } = curve
  const pzz = modulo(p.z * p.z, prime)
  const qzz = modulo(q.z * q.z, prime)
  const u1 = modulo(p.x * qzz, prime)
  const s1 = modulo(p.y * qzz * q.z, prime)
  const h = modulo(q.x * pzz - u1, prime)
  const r = modulo(q.y * pzz * p.z - s1, prime)
  if (h === 0n) return r === 0n ? double(curve, p) : infinity
  const hh = modulo(h * h, prime)
  const hhh = modulo(h * hh, prime)
  const v = modulo(u1 * hh, prime)
  const x = modulo(r * r - hhh - 2n * v, prime)
  return { x, y: modulo(r * (v - x) - s1 * hhh, prime), z: modulo(h * p.z * q.z, prime) }
}
