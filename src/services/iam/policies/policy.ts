/**
 * Managed policies as operations find them: by ARN, of the account or of AWS. AWS's own can be read
 * and attached by everybody who may, and changed by nobody.
 */
import { Absent } from '../../operation.ts'
import { arnOf } from '../arns.ts'
import { attachContext } from '../attachments.ts'
import { awsAccount } from '../catalogue.ts'
import { shownDocument } from '../documents.ts'
import { absence, type Context, type Found, foundOf } from '../entity.ts'
import { findManaged } from '../managed.ts'
import type { PolicyRecord, PolicyVersionRecord } from '../records.ts'
import { fault, type Look } from '../service.ts'
import type { IdentityReader } from '../store.ts'

/** The policy of that ARN, or its absence; throws ValidationError for what is no policy's ARN. */
export function findPolicy(
  { identities, caller: { account } }: Look,
  arn: string,
  context: Context = {},
  absent = absence('policy', arn),
): Found<'policy'> | Absent {
  attachContext(arn)
  const record = findManaged(identities, account, arn)
  // AWS's own are decided upon as if they belonged to whoever looks.
  if (record) return { ...foundOf<'policy'>(record, context), account }
  return new Absent({ arn, account, shown: arn, context }, absent)
}

/** As findPolicy, for operations that name a version: they tell absence in other words. */
export const findForVersion = (look: Look, arn: string, versionId: string) =>
  findPolicy(look, arn, {}, noSuchVersion(arn, versionId))

export const noSuchVersion = (arn: string, versionId: string) =>
  fault('NoSuchEntity', `Policy ${arn} version ${versionId} does not exist or is not attachable.`)

/** The version of that id. Throws NoSuchEntity. */
export function mustFindVersion(policy: PolicyRecord, versionId: string): PolicyVersionRecord {
  const version = policy.versions.find(({ id }) => id === versionId)
  if (version) return version
  throw noSuchVersion(arnOf(policy), versionId)
}

/** Throws for AWS's own policies, which belong to no account. */
export function mustBeOwn({ account }: PolicyRecord): void {
  if (account !== awsAccount) return
  throw fault('InvalidInput', 'AWS managed policies cannot be changed.')
}

/** A policy as answers show it, with how many hold on to it in the account that looks. */
export function policyView(
  identities: IdentityReader,
  account: PolicyRecord['account'],
  policy: PolicyRecord,
) {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: arnOf(policy),
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: identities.countHolders(account, 'policy', policy.id),
    PermissionsBoundaryUsageCount: identities.countHolders(account, 'boundary', policy.id),
    IsAttachable: true,
    CreateDate: policy.createdAt,
    UpdateDate: policy.changedAt,
  }
}

/** A version as lists show it. */
export const versionView = (policy: PolicyRecord, { id, createdAt }: PolicyVersionRecord) => ({
  VersionId: id,
  IsDefaultVersion: id === policy.defaultVersionId,
  CreateDate: createdAt,
})

export const versionWithText = (policy: PolicyRecord, version: PolicyVersionRecord) => ({
  Document: shownDocument(version.text),
  ...versionView(policy, version),
})
