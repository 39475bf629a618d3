/** Versions of a secret in lists. */

import { dayMs } from '../../lib/clock.ts'
import type { Place } from '../../lib/page.ts'
import { eachOf } from '../operation.ts'
import { labelsOf } from './labels.ts'
import type { VersionRecord } from './records.ts'
import type { Secret } from './secret.ts'
import type { Look } from './service.ts'

interface Wish {
  /** With those that have no label. */
  readonly deprecated: boolean
  readonly after: Place | undefined
  readonly itemsMax: number
}

/** Versions behind a place, from the oldest on. */
export async function versionsFrom(
  { secrets }: Look,
  { shelf, record }: Secret,
  { deprecated, after, itemsMax }: Wish,
): Promise<VersionRecord[]> {
  if (deprecated) return secrets.listVersions(shelf, record, { after, itemsMax })
  const ids = new Set(record.labels.map(({ on }) => on))
  const found = eachOf([...ids], (id) => secrets.findVersion(shelf, record, id))
  const labelled = found.filter((version) => version !== undefined).sort(byAge)
  return labelled.filter((version) => !after || isBehind(version, after)).slice(0, itemsMax)
}

function byAge(a: VersionRecord, b: VersionRecord): number {
  return a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1)
}

const isBehind = ({ createdAt, id }: VersionRecord, [at = 0, name = '']: Place): boolean =>
  createdAt > Number(at) || (createdAt === at && id > String(name))

/** Versions as AWS shows them. */
export async function showVersions(
  { secrets }: Look,
  { shelf, record }: Secret,
  versions: readonly VersionRecord[],
) {
  const ids = versions.map(({ id }) => id)
  const days = await secrets.versionReadDays(shelf, record, ids)
  return versions.map(({ id, createdAt, content }, at) => {
    const labels = labelsOf(record.labels, id)
    const day = days[at]
    return {
      VersionId: id,
      VersionStages: labels.length > 0 ? labels : undefined,
      LastAccessedDate: day === undefined ? undefined : day * dayMs,
      CreatedDate: createdAt,
      KmsKeyIds: content && [content.kmsKeyId ?? 'DefaultEncryptionKey'],
    }
  })
}
