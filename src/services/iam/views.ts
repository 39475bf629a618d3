/** Identities as answers show them. Each operation adds what only it tells. */
import { arnOf } from './arns.ts'
import { shownDocument } from './documents.ts'
import type { BoundedRecord, GroupRecord, RoleRecord, UserRecord } from './records.ts'
import type { IdentityReader } from './store.ts'
import { showTrust } from './trust.ts'

export const userView = (user: UserRecord) => ({
  Path: user.path,
  UserName: user.name,
  UserId: user.id,
  Arn: arnOf(user),
  CreateDate: user.createdAt,
})

export const groupView = (group: GroupRecord) => ({
  Path: group.path,
  GroupName: group.name,
  GroupId: group.id,
  Arn: arnOf(group),
  CreateDate: group.createdAt,
})

/** A role as CreateRole shows it, and others within themselves. */
export const roleView = (identities: IdentityReader, role: RoleRecord) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: arnOf(role),
  CreateDate: role.createdAt,
  AssumeRolePolicyDocument: shownDocument(showTrust(identities, role.trust)),
})

/** What GetRole and ListRoles add. */
export const roleSettings = ({ description, maxSessionSeconds }: RoleRecord) => ({
  ...(description !== undefined && { Description: description }),
  MaxSessionDuration: maxSessionSeconds,
})

/** The member of an answer, which is left out where there is none. */
export const shownBoundary = ({ boundary }: BoundedRecord) =>
  boundary
    ? {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
          PermissionsBoundaryArn: boundary.arn,
        },
      }
    : {}
