/**
 * strongroom audit verify: whether the audit is as it was written. It reads the data folder and needs its
 * seal; a house may serve it meanwhile. Exit code 1, and what is wrong by number and time, if it is not.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { printFinding } from '../audit/verify/finding.ts'
import { type Verified, verify as verifyAudit } from '../audit/verify/verify.ts'
import { Refusal } from '../lib/fault.ts'
import { lookAcross, lookInto } from '../looking.ts'
import type { SealFlags } from '../sealing.ts'
import { parseCheckpoints } from '../store/checkpoints.ts'
import { takeStoreUrl } from '../store/postgres/address.ts'
import { Bar } from './bar.ts'
import { offlineSources } from './passphrase.ts'

interface Flags extends SealFlags {
  readonly data?: string
  readonly records?: boolean
  readonly checkpoints?: string
  readonly store?: string
}

export async function verify(flags: Flags): Promise<void> {
  const path = resolve(flags.data ?? process.env.STRONGROOM_DATA ?? 'data')
  const storeUrl = takeStoreUrl(flags.store, process.env)
  const sources = offlineSources(flags)
  const sight = storeUrl ? await lookAcross(storeUrl, path, sources) : await lookInto(path, sources)
  const kept = flags.checkpoints === undefined ? [] : readKept(flags.checkpoints)
  const bar = new Bar('verifying')
  const withRecords = flags.records === true
  let verified: Verified
  try {
    verified = verifyAudit({ ...sight, kept, withRecords, progress: bar.at })
  } finally {
    // A copy of a database out there goes again.
    sight.close?.()
  }
  bar.end()
  for (const finding of verified.findings) process.stdout.write(`${printFinding(finding)}\n`)
  if (verified.isCut) process.stdout.write('and more\n')
  process.stdout.write(summary(verified))
  if (verified.findings.length > 0)
    throw new Refusal(`The audit in ${path} is not as it was written.`)
}

function readKept(path: string) {
  try {
    return parseCheckpoints(readFileSync(path, 'utf8'))
  } catch {
    throw new Refusal(`Can't read ${path}: name a file of checkpoints.`)
  }
}

function summary({
  batches,
  records,
  segments,
  checkpoints,
  head,
  pruned,
  rows,
}: Verified): string {
  const lines = [
    `${records} records in ${batches} batches up to ${head}, ${segments} segments, ${checkpoints} checkpoints`,
    ...(pruned
      ? [`batches 1 to ${pruned.last} were pruned by policy, ${new Date(pruned.at).toISOString()}`]
      : []),
    ...(rows === undefined ? [] : [`${rows} rows of the database compared`]),
  ]
  return `${lines.join('\n')}\n`
}
