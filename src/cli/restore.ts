/**
 * strongroom backup restore, drill and verify: what is done with a backup file where nothing serves.
 * By whoever holds the file and the root key that it was made under.
 */
import { dirname, join, resolve } from 'node:path'
import { BackupReader } from '../backup/read.ts'
import { printReport } from '../backup/report.ts'
import { drill as drillFile } from '../drill.ts'
import { Refusal } from '../lib/fault.ts'
import { restore as restoreFile, type Seal, sealOfFile } from '../restore.ts'
import { Bar } from './bar.ts'

interface Flags {
  readonly data?: string
  readonly rootKey?: string
}

const dataOf = ({ data }: Flags): string => resolve(data ?? process.env.STRONGROOM_DATA ?? 'data')

/** The root key beside the data folder's own, unless another is named. */
const sealOf = (flags: Flags): Seal =>
  sealOfFile(resolve(flags.rootKey ?? join(dataOf(flags), 'root.key')))

export async function restore(file: string, flags: Flags): Promise<void> {
  process.umask(0o077)
  if (flags.rootKey === undefined) {
    throw new Refusal(
      'A backup holds no root key: name the file of the one it was made under by --root-key.',
    )
  }
  const dataPath = dataOf(flags)
  const bar = new Bar('restoring')
  const head = await restoreFile({ file, dataPath, seal: sealOf(flags) }, bar.at).finally(bar.end)
  process.stdout.write(`${dataPath}\n`)
  process.stderr.write(
    `strongroom: restored up to commit ${head.seq}; the root credentials are those of then, or strongroom account reset-root makes new ones\n`,
  )
}

export async function drill(file: string, flags: Flags & { scratch?: string }): Promise<void> {
  process.umask(0o077)
  const seal = sealOf(flags)
  const scratchPath = resolve(flags.scratch ?? dirname(file))
  const report = await drillFile({ file, scratchPath, open: seal.open })
  process.stdout.write(printReport(report, Date.now()))
  if (report.doubts.length > 0) throw new Refusal(`${file} is not a backup to rely on.`)
}

/** Cheap, and without any key: whether these are the bytes that were written. */
export async function verify(file: string): Promise<void> {
  const reader = new BackupReader(file)
  try {
    const chunks = reader.mustBeUnspoiled()
    const { madeAt, head } = reader.preamble
    process.stdout.write(
      `${file}: ${chunks} chunks, ${reader.bytes} bytes, made ${new Date(madeAt).toISOString()} at commit ${head.seq}, unspoiled\n`,
    )
  } finally {
    reader.close()
  }
}
