/** Random names, without modulo bias (node's randomInt). */
import { randomInt } from 'node:crypto'

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

const randomText = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')

/** Six of `[A-Za-z0-9]`: the end of a secret's ARN. */
export const randomSuffix = (): string => randomText(alphanumeric, 6)

/** Sixteen letters and digits behind four that tell what it is. */
export const accessKeyId = (kind: 'AKIA' | 'ASIA'): string => kind + randomText(base32, 16)

/**
 * A unique id as IAM writes them: four letters that tell what it is, and seventeen that tell nothing.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
 */
export const uniqueId = (kind: 'AGPA' | 'AIDA' | 'AIPA' | 'ANPA' | 'AROA'): string =>
  kind + randomText(base32, 17)

/** A secret access key: 40 characters, 238 bits. */
export const secretAccessKey = (): string => randomText(alphanumeric, 40)
