/**
 * Ids of temporary access keys. The account stands in them, as at AWS, since nothing else of a session
 * is kept: ten bytes in base32 behind `ASIA`, of which one bit is set, forty are the account.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 */
import { randomBytes } from 'node:crypto'
import { isAccountId } from '../../lib/arn.ts'
import type { AccountId } from '../../lib/brand.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const form = /^ASIA[A-Z2-7]{16}$/
const randomBits = 39n
const marker = 1n << 79n
const accountMask = (1n << 40n) - 1n

/** A new id for a session of this account. */
export function sessionKeyId(account: AccountId): string {
  const random = randomBytes(8).readBigUInt64BE() & ((1n << randomBits) - 1n)
  const bits = marker | (BigInt(account) << randomBits) | random
  const digits = Array.from({ length: 16 }, (_, at) => {
    return alphabet[Number((bits >> BigInt(5 * (15 - at))) & 31n)]
  })
  return `ASIA${digits.join('')}`
}

/** The account in such an id, whether anybody was ever given it or not. */
export function accountInKeyId(id: string): AccountId | undefined {
  if (!form.test(id)) return undefined
  let bits = 0n
  for (const digit of id.slice(4)) bits = (bits << 5n) | BigInt(alphabet.indexOf(digit))
  const account = String((bits >> randomBits) & accountMask).padStart(12, '0')
  return isAccountId(account) ? account : undefined
}
