/**
 * Users, groups, roles and instance profiles, found by name for a call and decided on by ARN. One
 * that is absent has the ARN that it would have at the root of all paths.
 */
import type { AccountId } from '../../lib/brand.ts'
import type { ContextValue } from '../../policy/context.ts'
import { Absent, type Subject } from '../operation.ts'
import { arnOf, type Place } from './arns.ts'
import { cut, type PageInput, pageOf } from './page.ts'
import { quotas } from './quotas.ts'
import type { AnyRecord, HolderRecord, Kind, Records, Tag } from './records.ts'
import { fault, type Look, type Rooms } from './service.ts'
import { requestTags, resourceTags } from './tags.ts'

/** A thing that exists, found for this call. */
export interface Found<K extends Kind> extends Subject {
  readonly record: Records[K]
}

export type Context = Readonly<Record<string, ContextValue>>

interface Row {
  /** For the audit. */
  readonly type: string
  readonly quota: readonly [name: string, max: number]
  absent(name: string): string
  taken(name: string): string
}

const rows: Readonly<Record<Kind, Row>> = {
  user: {
    type: 'AWS::IAM::User',
    quota: ['UsersPerAccount', quotas.UsersQuota],
    absent: (name) => `The user with name ${name} cannot be found.`,
    taken: (name) => `User with name ${name} already exists.`,
  },
  group: {
    type: 'AWS::IAM::Group',
    quota: ['GroupsPerAccount', quotas.GroupsQuota],
    absent: (name) => `The group with name ${name} cannot be found.`,
    taken: (name) => `Group with name ${name} already exists.`,
  },
  role: {
    type: 'AWS::IAM::Role',
    quota: ['RolesPerAccount', quotas.RolesQuota],
    absent: (name) => `The role with name ${name} cannot be found.`,
    taken: (name) => `Role with name ${name} already exists.`,
  },
  policy: {
    type: 'AWS::IAM::ManagedPolicy',
    quota: ['PoliciesPerAccount', quotas.PoliciesQuota],
    absent: (name) => `Policy ${name} was not found.`,
    taken: (name) => `A policy called ${name} already exists. Duplicate names are not allowed.`,
  },
  profile: {
    type: 'AWS::IAM::InstanceProfile',
    quota: ['InstanceProfilesPerAccount', quotas.InstanceProfilesQuota],
    absent: (name) => `Instance Profile ${name} cannot be found.`,
    taken: (name) => `Instance Profile ${name} already exists.`,
  },
}

/** The thing of that name in the caller's account, or its absence. */
export function find<K extends Kind>(
  { identities, caller: { account } }: Look,
  kind: K,
  name: string,
  context: Context = {},
): Found<K> | Absent {
  const record = identities.find(kind, account, name)
  if (record) return foundOf<K>(record, context)
  const arn = arnOf({ kind, account, path: '/', name })
  return new Absent({ arn, account, shown: arn, context }, absence(kind, name))
}

/** The thing that an ARN names, path included, or its absence. */
export function findAt<K extends Kind>(
  { identities }: Look,
  kind: K,
  place: Omit<Place, 'kind'>,
): Found<K> | Absent {
  const { account, name } = place
  const arn = arnOf({ ...place, kind })
  const record = identities.find(kind, account, name)
  if (record && arnOf(record) === arn) return foundOf<K>(record)
  return new Absent({ arn, account, shown: arn }, absence(kind, name))
}

/** The thing of that name. Throws NoSuchEntity: for what a call names beside its subject. */
export function mustFind<K extends Kind>(
  { identities, caller: { account } }: Look,
  kind: K,
  name: string,
): Records[K] {
  const record = identities.find(kind, account, name)
  if (!record) throw absence(kind, name)
  return record
}

export const absence = (kind: Kind, name: string) => fault('NoSuchEntity', rows[kind].absent(name))

export const foundOf = <K extends Kind>(record: Records[K], context: Context = {}): Found<K> => ({
  arn: arnOf(record),
  account: record.account,
  record,
  context: { ...ownContext(record), ...context },
  type: rows[record.kind].type,
})

/** Tags, and the boundary that is in force: what a policy may ask of the thing itself. */
function ownContext(record: AnyRecord): Context {
  const bounded = record.kind === 'user' || record.kind === 'role' ? record.boundary : undefined
  return {
    ...(record.kind === 'group' ? {} : resourceTags(record.tags)),
    ...(bounded && { 'iam:PermissionsBoundary': bounded.arn }),
  }
}

/** A thing that is to be made. */
interface Wish {
  readonly Path?: string | undefined
  readonly Tags?: readonly Tag[] | undefined
  readonly PermissionsBoundary?: string | undefined
}

/** The subject of a creation: the ARN that the thing will have. */
export function toBe(
  { caller: { account } }: Look,
  kind: Kind,
  name: string,
  { Path: path = '/', Tags, PermissionsBoundary }: Wish,
): Subject {
  const context = {
    ...requestTags(Tags),
    ...(PermissionsBoundary !== undefined && { 'iam:PermissionsBoundary': PermissionsBoundary }),
  }
  return { arn: arnOf({ kind, account, path, name }), account, context, type: rows[kind].type }
}

/** Throws EntityAlreadyExists for a name that is taken, LimitExceeded where there is no more room. */
export async function mustHaveRoom(
  { identities, caller: { account } }: Rooms,
  kind: Kind,
  name: string,
): Promise<void> {
  mustBeFree(identities, account, kind, name)
  const [quota, max] = rows[kind].quota
  if ((await identities.total(account, kind)) < max) return
  throw fault('LimitExceeded', `Cannot exceed quota for ${quota}: ${max}`)
}

/** Throws EntityAlreadyExists. Names that differ in case only are one name. */
export function mustBeFree(
  identities: Rooms['identities'],
  account: AccountId,
  kind: Kind,
  name: string,
): void {
  const taken = identities.find(kind, account, name)
  if (taken) throw fault('EntityAlreadyExists', rows[kind].taken(name))
}

/**
 * Throws unless the caller may do to the thing as it would be what it does to the thing as it is, and
 * the new name is free. Without the former a rename would reach into paths that are not the caller's.
 */
export function mustBeNewName<K extends 'user' | 'group'>(
  rooms: Rooms,
  action: string,
  before: Records[K],
  after: Records[K],
): void {
  const refused = rooms.refusal(action, foundOf<K>(after))
  if (refused) throw refused
  if (before.name.toLowerCase() === after.name.toLowerCase()) return
  mustBeFree(rooms.identities, before.account, before.kind, after.name)
}

/** Throws DeleteConflict while policies are attached to an identity or stand in it. */
export function mustHoldNothing({ attached, policies }: HolderRecord): void {
  if (attached.length > 0) {
    throw fault('DeleteConflict', 'Cannot delete entity, must detach all policies first.')
  }
  if (Object.keys(policies).length > 0) {
    throw fault('DeleteConflict', 'Cannot delete entity, must delete policies first.')
  }
}

/** The subject of a list: all names below a path. */
export const allOf = ({ caller: { account } }: Look, kind: Kind, path = '/'): Subject => ({
  arn: arnOf({ kind, account, path, name: '' }),
  account,
})

/** A page of the account's things of a kind below a path. */
export async function listOf<K extends Kind>(
  { identities, caller: { account } }: Look,
  kind: K,
  input: PageInput & { readonly PathPrefix?: string | undefined },
) {
  const { after, shownMax, itemsMax } = pageOf(input)
  const items = await identities.list(kind, account, { after, itemsMax })
  const { page, rest } = cut(items, shownMax, ({ place }) => [place])
  const records = page.flatMap(({ record }) => (record ? [record] : []))
  const prefix = input.PathPrefix ?? '/'
  return { records: records.filter(({ path }) => path.startsWith(prefix)), rest }
}
