/**
 * Passwords, stretched by scrypt (RFC 7914) with parameters that stand beside each, so that they can
 * grow with the years. One guess costs about 32 MiB and a tenth of a second.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import type { PasswordRecord } from '../records.ts'

const saltBytes = 16
const hashBytes = 32
const today = { cost: 2 ** 15, blockSize: 8, parallelization: 1 } as const
/** What a stored record may make us spend at most. */
const memoryBytesMax = 128 << 20

type Parameters = Pick<PasswordRecord, 'cost' | 'blockSize' | 'parallelization'>

export const newSalt = (): string => randomBytes(saltBytes).toString('base64')

/** The password as it is kept. */
export async function stretchPassword(password: string, salt: string): Promise<PasswordRecord> {
  const hash = await stretch(password, salt, today)
  return { salt, hash: hash.toString('base64'), ...today }
}

/** Whether this is the password that was kept. */
export async function isPassword(password: string, kept: PasswordRecord): Promise<boolean> {
  const expected = Buffer.from(kept.hash, 'base64')
  const hash = await stretch(password, kept.salt, kept)
  return timingSafeEqual(hash, expected)
}

function stretch(password: string, salt: string, parameters: Parameters): Promise<Buffer> {
  const { cost, blockSize, parallelization } = parameters
  const options = { cost, blockSize, parallelization, maxmem: memoryBytesMax }
  return new Promise((resolve, reject) => {
    const bytes = Buffer.from(salt, 'base64')
    scrypt(password.normalize('NFC'), bytes, hashBytes, options, (error, hash) =>
      error ? reject(error) : resolve(hash),
    )
  })
}
