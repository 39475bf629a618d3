/** Whether there is room to write: without it nothing is answered, since nothing can be recorded. */
import { statfsSync } from 'node:fs'
import { type Check, failure, warning, well } from './check.ts'

const mebibyte = 2 ** 20
const failureBytes = 64 * mebibyte
const warningBytes = 1024 * mebibyte
const warningShare = 0.05

export interface Room {
  readonly freeBytes: number
  readonly wholeBytes: number
}

export function roomAt(path: string): Room {
  const { bavail, blocks, bsize } = statfsSync(path)
  return { freeBytes: bavail * bsize, wholeBytes: blocks * bsize }
}

export function checkDisk(path: string, { freeBytes, wholeBytes }: Room): Check {
  const free = `${Math.floor(freeBytes / mebibyte)} MiB are free where ${path} is`
  if (freeBytes < failureBytes) {
    return failure('disk', `${free}: free some now, or nothing can be answered soon`)
  }
  const isScarce = freeBytes < warningBytes || freeBytes / wholeBytes < warningShare
  return isScarce ? warning('disk', `${free}: free some`) : well('disk', free)
}
