/**
 * Published versions: what `$LATEST` was at a time, under a number that is never given again.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-versions.html
 */
import { randomUUID } from 'node:crypto'
import type { FunctionRecord, Settings, Shelf } from './records.ts'
import { fault, type Rooms } from './service.ts'

const versionsMax = 1000

export interface Published {
  /** The function with its new version, or as it was. */
  readonly record: FunctionRecord
  readonly settings: Settings
}

/** Publishes `$LATEST`. Nothing new is made of what is the last version already. */
export function publish(
  { functions, draws }: Rooms,
  shelf: Shelf,
  record: FunctionRecord,
  description = record.latest.description,
): Published {
  const wish = { ...record.latest, description }
  const last = record.versions.at(-1)
  const before = last === undefined ? undefined : functions.findVersion(shelf, record, last)
  if (before && contentOf(before) === contentOf(wish)) return { record, settings: before }
  if (record.versions.length >= versionsMax) {
    throw fault('InvalidParameterValueException', `A function has at most ${versionsMax} versions.`)
  }
  const lastVersion = record.lastVersion + 1
  const settings = {
    ...wish,
    version: String(lastVersion),
    modifiedAt: draws.at,
    revisionId: draws.draw('version revision id', () => randomUUID()),
  }
  functions.addVersion(shelf, record, settings)
  return {
    record: { ...record, versions: [...record.versions, lastVersion], lastVersion },
    settings,
  }
}

/** What makes two versions different. */
function contentOf({ version, modifiedAt, revisionId, code, ...rest }: Settings): string {
  return JSON.stringify([code.sha256, Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))])
}
