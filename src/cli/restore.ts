/**
 * strongroom backup restore, drill and verify: what is done with a backup file where nothing serves.
 * By whoever holds the file and the seal that it was made under.
 */
import { dirname, resolve } from 'node:path'
import { BackupReader } from '../backup/read.ts'
import { printReport } from '../backup/report.ts'
import { drill as drillFile } from '../drill.ts'
import { Refusal } from '../lib/fault.ts'
import { type BackupSeal, restore as restoreFile, sealOfFile, sealOfName } from '../restore.ts'
import type { SealFlags } from '../sealing.ts'
import { chooseSeal, type SealSources, sealNamed } from '../seals/sources.ts'
import { takeStoreUrl } from '../store/postgres/address.ts'
import { Bar } from './bar.ts'
import { offlineSources } from './passphrase.ts'

interface Flags extends SealFlags {
  readonly data?: string
  readonly rootKey?: string
  readonly store?: string
}

const dataOf = ({ data }: Flags): string => resolve(data ?? process.env.STRONGROOM_DATA ?? 'data')

/** What was named; `undefined` if nothing was. A root key that is a file goes with the new folder. */
function namedSeal({ rootKey }: Flags, sources: SealSources): BackupSeal | undefined {
  if (rootKey !== undefined) return sealOfFile(resolve(rootKey))
  if (sources.told === undefined || sources.told.kind === 'file') return undefined
  return sealOfName(sealNamed('', sources.told, sources))
}

/** That of a data folder, as a start there would have it. */
const sealThere = (path: string, sources: SealSources): BackupSeal =>
  sealOfName(sealNamed(path, chooseSeal(path, sources), sources))

export async function restore(file: string, flags: Flags): Promise<void> {
  process.umask(0o077)
  const seal = namedSeal(flags, offlineSources(flags))
  if (!seal) {
    throw new Refusal(
      'A backup does not hold its seal: name the file of its root key by --root-key, or another seal by --seal.',
    )
  }
  const dataPath = dataOf(flags)
  const bar = new Bar('restoring')
  const storeUrl = takeStoreUrl(flags.store, process.env)
  const wish = { file, dataPath, seal, ...(storeUrl && { storeUrl }) }
  const head = await restoreFile(wish, bar.at).finally(bar.end)
  process.stdout.write(`${dataPath}\n`)
  process.stderr.write(
    `strongroom: restored up to commit ${head.seq}; the root credentials are those of then, or strongroom account reset-root makes new ones\n`,
  )
}

export async function drill(file: string, flags: Flags & { scratch?: string }): Promise<void> {
  process.umask(0o077)
  const sources = offlineSources(flags)
  const seal = namedSeal(flags, sources) ?? sealThere(dataOf(flags), sources)
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
