/** Whom a report is about: an identity, the members of a group, or all whom a policy reaches. */
import type { AccountId } from '../../../lib/brand.ts'
import type { Absent } from '../../operation.ts'
import { placeOf } from '../arns.ts'
import { catalogue } from '../catalogue.ts'
import { type Found, findAt } from '../entity.ts'
import type { Relation } from '../links.ts'
import { findPolicy } from '../policies/policy.ts'
import type { AnyRecord, RoleRecord, UserRecord } from '../records.ts'
import { fault, type Look } from '../service.ts'
import type { IdentityReader } from '../store.ts'

type Reportable = 'user' | 'group' | 'role' | 'policy'

/** What an ARN names in the caller's account, or its absence. */
export function findReportable(look: Look, arn: string): Found<Reportable> | Absent {
  const place = placeOf(arn)
  if (catalogue.has(arn) || place?.kind === 'policy') return findPolicy(look, arn)
  if (!place || place.kind === 'profile') {
    throw fault('InvalidInput', 'Invalid ARN:  Could not be parsed!')
  }
  return findAt<Reportable>(look, place.kind, place)
}

/** More would cost one question for each place where each was ever seen. */
const peopleMax = 100

/** The users and roles behind it. Throws InvalidInput where there are too many to ask. */
export async function audienceOf(
  identities: IdentityReader,
  account: AccountId,
  record: AnyRecord,
): Promise<(UserRecord | RoleRecord)[]> {
  const people = new Map<string, UserRecord | RoleRecord>()
  for (const each of await reachedBy(identities, account, record)) {
    if (each.kind === 'user' || each.kind === 'role') people.set(each.id, each)
  }
  if (people.size <= peopleMax) return [...people.values()]
  throw fault('InvalidInput', `A report can be about ${peopleMax} users and roles at most.`)
}

const relations: ReadonlyMap<AnyRecord['kind'], Relation> = new Map([
  ['group', 'member'],
  ['policy', 'policy'],
])

/** The record itself, and whoever holds on to it, groups with their members. */
async function reachedBy(
  identities: IdentityReader,
  account: AccountId,
  record: AnyRecord,
): Promise<AnyRecord[]> {
  const relation = relations.get(record.kind)
  if (!relation) return [record]
  const options = { itemsMax: peopleMax + 1 }
  const holders = await identities.listHolders(account, relation, record.id, options)
  const reached = holders.map(async (holder) =>
    holder.record ? reachedBy(identities, account, holder.record) : [],
  )
  return (await Promise.all(reached)).flat()
}
