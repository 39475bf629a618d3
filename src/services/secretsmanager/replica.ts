/**
 * Replicas: copies of a secret in other regions, with the same name and the same suffix, each under a
 * key of its region. They follow their primary until they are removed, or made secrets of their own.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
 */

import { partitionOf } from '../../lib/arn.ts'
import { dayMs } from '../../lib/clock.ts'
import { eachOf } from '../operation.ts'
import { copyTo, type Fresh } from './copy.ts'
import { defaultKey, ownKeyOf } from './kms.ts'
import type { Replica, SecretRecord, Shelf } from './records.ts'
import { stopped } from './rotation.ts'
import { type Secret, secretWith } from './secret.ts'
import { fault, type Look, type Rooms } from './service.ts'
import type { SecretStore } from './store.ts'

interface WantedRegion {
  readonly Region?: string | undefined
  readonly KmsKeyId?: string | undefined
}

/** Throws unless copies can be made in all of these regions. */
export function mustBeFitRegions(
  { region, regions }: Look,
  wanted: readonly WantedRegion[] = [],
): void {
  const names = wanted.map((each) => each.Region ?? '')
  const fit = names.every(
    (name) => name !== region && regions.has(name) && partitionOf(name) === partitionOf(region),
  )
  if (fit && new Set(names).size === names.length) return
  throw fault('InvalidParameterException', 'Invalid replica region.')
}

/** The replicas of a secret after these were asked for; one that is there already is made anew. */
export async function addReplicas(
  rooms: Rooms,
  primary: Secret,
  wanted: readonly WantedRegion[],
  options: { readonly overwrite?: boolean | undefined; readonly fresh?: Fresh | undefined },
): Promise<Replica[]> {
  const replicas = [...(primary.record.replicas ?? [])]
  for (const { Region: region = '', KmsKeyId } of wanted) {
    const replica = { region, kmsKeyId: ownKeyOf(KmsKeyId) }
    const at = replicas.findIndex((each) => each.region === region)
    const made = (await cleared(rooms, primary, region, options.overwrite))
      ? await copyTo(rooms, primary, replica, options.fresh)
      : { ...replica, failure: nameTaken(primary.record.name, region) }
    replicas.splice(at < 0 ? replicas.length : at, at < 0 ? 0 : 1, made)
  }
  return replicas
}

const nameTaken = (name: string, region: string) =>
  `Replication failed: Secret name ${name} already exists in region ${region}.`

/** Whether the name is free in a region, or was freed because the caller said so. */
async function cleared(
  { secrets }: Rooms,
  { shelf: { account, region: home }, record: { name, suffix } }: Secret,
  region: string,
  overwrite = false,
): Promise<boolean> {
  const shelf = { account, region }
  const taken = secrets.find(shelf, name)
  if (!taken || (taken.primaryRegion === home && taken.suffix === suffix)) return true
  const isLinked = taken.replicas !== undefined || taken.primaryRegion !== undefined
  if (!overwrite || isLinked) return false
  await secrets.purge(shelf, taken)
  return true
}

/** The replicas that are left without these regions. Throws for a region that has none. */
export function withoutRegions(
  { replicas = [] }: SecretRecord,
  regions: readonly string[],
): readonly Replica[] | undefined {
  const known = new Set(replicas.map(({ region }) => region))
  if (!regions.every((region) => known.has(region))) {
    throw fault('InvalidParameterException', 'Invalid replica region.')
  }
  const left = replicas.filter(({ region }) => !regions.includes(region))
  return left.length > 0 ? left : undefined
}

/** Removes a copy, and nothing that only happens to have its name. */
export async function removeCopy(
  secrets: SecretStore,
  { shelf: { account, region: home }, record }: Secret,
  region: string,
): Promise<void> {
  const copy = secrets.find({ account, region }, record.name)
  if (copy?.primaryRegion === home) await secrets.purge({ account, region }, copy)
}

/** Writes which copies a secret has, and answers with how they stand. */
export async function keepReplicas(
  rooms: Rooms,
  secret: Secret,
  replicas: readonly Replica[] | undefined,
) {
  const { shelf, record } = secret
  const after = { ...record, replicas, changedAt: rooms.draws.at }
  rooms.secrets.replace(shelf, record, after)
  return (await statusOf(rooms, secretWith(secret, after))) ?? []
}

/** Unties a copy from its primary. */
export function promote({ secrets, draws }: Rooms, { shelf, record }: Secret, home: string): void {
  // Two secrets with one function would turn each other out of the database that it changes.
  const rotation = record.rotation && stopped(record.rotation)
  const own = { ...record, rotation, primaryRegion: undefined, changedAt: draws.at }
  secrets.replace(shelf, record, own)
  const there = { account: shelf.account, region: home }
  const primary = secrets.find(there, record.name)
  if (!primary) return
  const left = primary.replicas?.filter(({ region }) => region !== shelf.region) ?? []
  const replicas = left.length > 0 ? left : undefined
  secrets.replace(there, primary, { ...primary, replicas, changedAt: draws.at })
}

/** A primary is not deleted under its copies. */
export function mustHaveNoReplicas({ arn, record }: Secret): void {
  if (!record.replicas) return
  const regions = record.replicas.map(({ region }) => region).join(', ')
  throw fault(
    'InvalidParameterException',
    `You can't delete secret ${arn} that still has replica regions [${regions}].`,
  )
}

/** How the copies of a secret stand, as AWS shows it; absent if it has none. */
export async function statusOf(look: Look, { shelf, record }: Secret) {
  if (!record.replicas) return undefined
  return eachOf(record.replicas, (replica) => showReplica(look, shelf, record, replica))
}

function showReplica(
  { secrets }: Look,
  { account }: Shelf,
  record: SecretRecord,
  { region, kmsKeyId, failure }: Replica,
) {
  const day = secrets.readDay({ account, region }, record)
  return {
    Region: region,
    KmsKeyId: kmsKeyId ?? defaultKey,
    Status: failure ? ('Failed' as const) : ('InSync' as const),
    StatusMessage: failure,
    LastAccessedDate: day === undefined ? undefined : day * dayMs,
  }
}
