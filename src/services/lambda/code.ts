/**
 * The code of functions: a zip, checked as it will be unpacked, kept in pieces in the store.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */

import { hash, randomUUID } from 'node:crypto'
import { ArchiveError, archiveLimits, verifyArchive } from '../../lib/archive.ts'
import { eachOf } from '../operation.ts'
import type { Code, FunctionRecord, Settings, Shelf } from './records.ts'
import { fault, type Rooms } from './service.ts'

export const zippedBytesMax = 50 << 20
/** All functions of an account in a region, as in AWS. */
export const codeBytesMax = 75 * 2 ** 30

/** What is kept of a zip that may be run. Throws for one that is none, or too large. */
export async function readCode({ functions, draws }: Rooms, shelf: Shelf, zip: Uint8Array) {
  if (zip.length > zippedBytesMax) {
    const words = `Zipped size must be smaller than ${zippedBytesMax} bytes`
    throw fault('RequestEntityTooLargeException', words)
  }
  const { bytes } = await functions.usage(shelf)
  if (bytes + zip.length > codeBytesMax) {
    throw fault('CodeStorageExceededException', 'Code storage limit exceeded.')
  }
  // Once a call: an attempt that is run again has the same bytes before it.
  await draws.draw('archive', () => checked(zip))
  const id = draws.draw('code id', () => randomUUID())
  return { id, sha256: hash('sha256', zip, 'base64'), bytes: zip.length }
}

async function checked(zip: Uint8Array): Promise<void> {
  try {
    await verifyArchive(zip)
  } catch (thrown) {
    if (!(thrown instanceof ArchiveError)) throw thrown
    throw fault('InvalidParameterValueException', wordsOf[thrown.kind])
  }
}

const wordsOf: Readonly<Record<ArchiveError['kind'], string>> = {
  unfit: 'Could not unzip uploaded file. Please check your file, then try to upload again.',
  large: `Unzipped size must be smaller than ${archiveLimits.unzippedBytesMax} bytes`,
}

/** Removes code that no version is made of any more. */
export function dropCode(
  { functions }: Rooms,
  shelf: Shelf,
  record: FunctionRecord,
  code: Code,
): void {
  for (const settings of allSettings({ functions }, shelf, record)) {
    if (settings.code.id === code.id) return
  }
  functions.removeCode(shelf, record, code)
}

/** Every version of a function, `$LATEST` first. */
export function allSettings(
  { functions }: Pick<Rooms, 'functions'>,
  shelf: Shelf,
  record: FunctionRecord,
): Settings[] {
  const published = eachOf(record.versions, (version) =>
    functions.findVersion(shelf, record, version),
  )
  return [record.latest, ...published.filter((settings) => settings !== undefined)]
}
