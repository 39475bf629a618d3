/** A key as operations see it: found by any of its names, with all that a decision asks about it. */
import { randomUUID } from 'node:crypto'
import type { GrantOperation } from '../../contract/generated/kms.ts'
import { dayMs } from '../../lib/clock.ts'
import { once } from '../../lib/once.ts'
import type { ContextValue } from '../../policy/context.ts'
import { Absent } from '../operation.ts'
import { isGranted, mustHaveFitTokens } from './grant.ts'
import { managedDescription, serviceOf } from './managed.ts'
import type { MadeMaterial, Owner } from './material.ts'
import { aliasArn, invalidId, keyArn, parseKeyId } from './name.ts'
import { defaultPolicyOf, policyOf } from './policy.ts'
import type { KeyRecord, Shelf } from './records.ts'
import { fault, type Look, type Rooms, type Unborn } from './service.ts'
import { specOf, symmetricBytes } from './spec.ts'
import { type Key, keyType, type Reach, type Use } from './subject.ts'
import { tagContext } from './tags.ts'

/** The caller's own shelf. */
export const hereOf = ({ caller, region }: Look): Shelf => ({ account: caller.account, region })

/** The key for one of the operations that use it: by any name, with grants. */
export const useKey = (
  look: Look,
  grant: GrantOperation,
  use: Use,
  context?: Reach['context'],
): Key | Absent => findKey(look, use, { grant, byAlias: true, abroad: true, context })

/** The same for the key of this id. */
export function useKeyOf(
  look: Look,
  grant: GrantOperation,
  shelf: Shelf,
  id: string,
  use: Omit<Use, 'KeyId'>,
  reach: Pick<Reach, 'context' | 'refused'>,
): Key | Absent {
  mustHaveFitTokens(look, use.GrantTokens)
  return findById(look, shelf, id, use, { ...reach, grant, abroad: true })
}

/** The key that the call means, or its absence. Throws NotFoundException for what can't be a key's id. */
export function findKey(look: Look, use: Use, reach: Reach = {}): Key | Absent {
  mustHaveFitTokens(look, use.GrantTokens)
  const meaning = parseKeyId(hereOf(look), use.KeyId)
  const { shelf } = meaning
  if ('keyId' in meaning) return findById(look, shelf, meaning.keyId, use, reach)
  if (!reach.byAlias) throw invalidId(use.KeyId)
  const alias = look.keys.findAlias(shelf, meaning.alias)
  const context = { ...reach.context, 'kms:RequestAlias': meaning.alias }
  if (alias) return findById(look, shelf, alias.keyId, use, { ...reach, context })
  const service = serviceOf(meaning.alias)
  if (service && shelf.account === look.caller.account) {
    return unbornKey(look, shelf, service, use, { ...reach, context })
  }
  return absentAlias(shelf, meaning.alias)
}

/** Decided on under its own ARN: without a key there is no key policy. */
export function absentAlias(shelf: Shelf, name: string): Absent {
  const arn = aliasArn(shelf, name)
  return new Absent(
    { arn, account: shelf.account, shown: arn },
    fault('NotFoundException', `Alias ${arn} is not found.`),
  )
}

function findById(
  look: Look,
  shelf: Shelf,
  id: string,
  use: Omit<Use, 'KeyId'>,
  reach: Reach,
): Key | Absent {
  const isReachable = reach.abroad || shelf.account === look.caller.account
  const record = isReachable ? look.keys.find(shelf, id) : undefined
  if (!record) return absentKey(look, shelf, id)
  const key = keyOf(look, shelf, record, use, reach)
  const grantAllows = record.isGranted && isGranted(look, key, use, reach)
  return grantAllows ? { ...key, grantAllows } : key
}

/** A key that is not there: the account's own people are told so, strangers are not. */
export function absentKey(look: Look, shelf: Shelf, id: string): Absent {
  const arn = keyArn(shelf, id)
  const isOwn = shelf.account === look.caller.account
  return new Absent(
    { arn, account: shelf.account, shown: arn, ...(isOwn && { policy: defaultPolicyOf(shelf) }) },
    fault('NotFoundException', `Key '${arn}' does not exist`),
  )
}

export function keyOf(
  look: Look,
  shelf: Shelf,
  record: KeyRecord,
  use: Omit<Use, 'KeyId'> = {},
  { context = {}, refused }: Pick<Reach, 'context' | 'refused'> = {},
): Key {
  return {
    arn: keyArn(shelf, record.id),
    account: shelf.account,
    shelf,
    record,
    policy: policyOf(record, shelf),
    type: keyType,
    refused,
    // The policies of services' own keys ask for this one, and for no other.
    context: { ...context, 'kms:CallerAccount': look.caller.account },
    lateContext: () => ({
      ...keyContext(record, shelf),
      ...contextContext(use.EncryptionContext),
    }),
  }
}

/**
 * The keys that a record gives, which stands on one shelf as long as it lives.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
const keyContext = once((record: KeyRecord, { region }: Shelf): Record<string, ContextValue> => {
  const { spec, usage, origin, aliases, tags, family } = record
  return {
    'kms:KeySpec': spec,
    'kms:KeyUsage': usage,
    'kms:KeyOrigin': origin,
    'kms:MultiRegion': String(family !== undefined),
    ...(family && { 'kms:MultiRegionKeyType': family.primary === region ? 'PRIMARY' : 'REPLICA' }),
    ...(aliases.length > 0 && { 'kms:ResourceAliases': aliases }),
    ...tagContext(tags),
  }
})

function contextContext(pairs: Use['EncryptionContext'] = {}): Record<string, ContextValue> {
  const names = Object.keys(pairs)
  if (names.length === 0) return {}
  const context: Record<string, ContextValue> = { 'kms:EncryptionContextKeys': names }
  for (const name of names) context[`kms:EncryptionContext:${name}`] = pairs[name] ?? ''
  return context
}

const yearDays = 365

/** A service's own key, before its first use: it comes to be if the call is allowed. */
function unbornKey(
  look: Look,
  shelf: Shelf,
  service: string,
  use: Use,
  reach: Reach,
): Key & Unborn {
  const { at } = look.draws
  const alias = `alias/aws/${service}`
  const record: KeyRecord = {
    id: look.draws.draw('key id', () => randomUUID()),
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
    description: managedDescription(service),
    createdAt: at,
    enabled: true,
    tags: [],
    aliases: [alias],
    service,
    backings: [],
    rotation: { periodDays: yearDays, nextAt: at + yearDays * dayMs },
  }
  const key = keyOf(look, shelf, record, use, reach)
  return {
    ...key,
    bear(rooms) {
      const born = withMaterial(rooms, shelf, record, bornOf(rooms, shelf, record))
      rooms.keys.putAlias(shelf, { name: alias, keyId: record.id, createdAt: at, changedAt: at })
      return { ...key, record: born }
    },
  }
}

/** Writes a new key with new material. */
export async function addKey(rooms: Rooms, shelf: Shelf, record: KeyRecord): Promise<KeyRecord> {
  const made = await rooms.draws.draw('key material', () =>
    rooms.materials.make(ownerOf(shelf, record), specOf(record.spec)),
  )
  return withMaterial(rooms, shelf, record, made)
}

const ownerOf = ({ account }: Shelf, { id: keyId }: KeyRecord): Owner => ({ account, keyId })

/** The material of a symmetric key, which is at hand at once. */
const bornOf = (rooms: Rooms, shelf: Shelf, record: KeyRecord): MadeMaterial =>
  rooms.draws.draw('key material', () =>
    rooms.materials.makeBytes(ownerOf(shelf, record), symmetricBytes),
  )

function withMaterial(
  rooms: Rooms,
  shelf: Shelf,
  record: KeyRecord,
  made: MadeMaterial,
): KeyRecord {
  const backings = [{ id: made.id, since: record.createdAt }]
  const whole = { ...record, current: made.id, backings }
  rooms.keys.putMaterial(shelf, record.id, made.id, made.record)
  rooms.keys.put(shelf, whole)
  return whole
}
