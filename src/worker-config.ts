/** How many processes serve one data folder, as its flag has it. What several cannot have is refused. */
import { Refusal } from './lib/fault.ts'

const countMax = 64

interface Given {
  readonly workers?: string
  readonly rateLimits?: string
}

/** @param storeUrl the database, where the store is not in the data folder */
export function readWorkers({ workers = '1', rateLimits }: Given, storeUrl?: string): number {
  const count = /^\d{1,2}$/.test(workers) ? Number(workers) : 0
  if (count < 1 || count > countMax) {
    throw new Refusal(`--workers ${workers} is not a number of processes from 1 to ${countMax}.`)
  }
  if (count > 1 && rateLimits === 'aws') {
    throw new Refusal('--rate-limits aws counts within one process: leave --workers out.')
  }
  if (count > 1 && storeUrl !== undefined) {
    throw new Refusal('--workers shares a data folder: with PostgreSQL, start more nodes instead.')
  }
  return count
}
