/**
 * How CloudTrail names what it delivers.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
 */
import { createHash } from 'node:crypto'
import { amzDate } from '../../lib/clock.ts'

/** Where files are delivered to, and on whose behalf. */
export interface Destination {
  /** The folder that stands for the bucket. */
  readonly folder: string
  /** The bucket, as digests name it. */
  readonly bucket: string
  /** Stands before everything else in an object's name. */
  readonly prefix?: string | undefined
  readonly trail: string
  readonly homeRegion: string
}

/** An account's region: each has files of its own. */
export interface Shelf {
  readonly account: string
  readonly region: string
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const uniqueChars = 16

/** @param seed what makes the name unique: the same content that is delivered again gets it again */
export function logObject(to: Destination, shelf: Shelf, at: number, seed: string): string {
  const { account, region } = shelf
  const minute = amzDate(at).replace(/\d\dZ$/, 'Z')
  const name = `${account}_CloudTrail_${region}_${minute}_${uniqueOf(seed)}.json.gz`
  return objectIn(to, 'CloudTrail', shelf, at, name)
}

export function digestObject(to: Destination, shelf: Shelf, endAt: number): string {
  const { account, region } = shelf
  const place = `${account}_CloudTrail-Digest_${region}_${to.trail}_${to.homeRegion}`
  return objectIn(to, 'CloudTrail-Digest', shelf, endAt, `${place}_${amzDate(endAt)}.json.gz`)
}

function objectIn(
  { prefix }: Destination,
  kind: string,
  { account, region }: Shelf,
  at: number,
  name: string,
): string {
  const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '/')
  const start = prefix ? `${prefix}/` : ''
  return `${start}AWSLogs/${account}/${kind}/${region}/${day}/${name}`
}

const uniqueOf = (seed: string): string =>
  [...createHash('sha256').update(seed).digest().subarray(0, uniqueChars)]
    .map((byte) => alphabet[byte % alphabet.length])
    .join('')
