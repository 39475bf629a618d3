/** Who holds on to a managed policy, as answers show it. */
import type { AnyRecord } from '../records.ts'
import { fault } from '../service.ts'

const holderKinds: ReadonlyMap<string, AnyRecord['kind']> = new Map([
  ['User', 'user'],
  ['Group', 'group'],
  ['Role', 'role'],
])

/** The kind that a filter asks for. Throws InvalidInput for one that holds on to nothing. */
export function mustBeHolder(filter: string): AnyRecord['kind'] {
  const kind = holderKinds.get(filter)
  if (kind) return kind
  throw fault('InvalidInput', 'EntityFilter must be User, Role or Group.')
}

/** Holders sorted into the lists of an answer. */
export const entitiesOf = (holders: readonly AnyRecord[]) => ({
  PolicyGroups: holders
    .filter(({ kind }) => kind === 'group')
    .map(({ name, id }) => ({ GroupName: name, GroupId: id })),
  PolicyUsers: holders
    .filter(({ kind }) => kind === 'user')
    .map(({ name, id }) => ({ UserName: name, UserId: id })),
  PolicyRoles: holders
    .filter(({ kind }) => kind === 'role')
    .map(({ name, id }) => ({ RoleName: name, RoleId: id })),
})
