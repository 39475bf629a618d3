/**
 * The date that a signature stands on. Read by a fixed pattern and printed again to compare, never by
 * what Date.parse lets pass.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
 */
import { amzDate } from '../lib/clock.ts'
import { faults } from './faults.ts'

export interface SignedDate {
  /** `20150830T123600Z`, the form in which it is signed. */
  readonly amzDate: string
  readonly signedAt: number
}

const basicForm = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

/** Requests that come within one second carry one date: it is read once. */
let latest: SignedDate = { amzDate: '19700101T000000Z', signedAt: 0 }

/** Reads X-Amz-Date. */
export function readAmzDate(text: string): SignedDate {
  if (text !== latest.amzDate) latest = parseAmzDate(text)
  return latest
}

function parseAmzDate(text: string): SignedDate {
  const [, year, month, day, hour, minute, second] = (basicForm.exec(text) ?? []).map(Number)
  const signedAt = Date.UTC(year ?? NaN, (month ?? 0) - 1, day, hour, minute, second)
  if (Number.isNaN(signedAt) || amzDate(signedAt) !== text) throw faults.dateForm()
  return { amzDate: text, signedAt }
}

/**
 * Reads the Date header, which AWS takes where X-Amz-Date is absent, in the same form or in that of
 * RFC 9110. It need not be among the signed headers: the string to sign carries it.
 */
export function readDate(text: string): SignedDate {
  const signedAt = Date.parse(text)
  const isHttpDate = !Number.isNaN(signedAt) && new Date(signedAt).toUTCString() === text
  return isHttpDate ? { amzDate: amzDate(signedAt), signedAt } : readAmzDate(text)
}
