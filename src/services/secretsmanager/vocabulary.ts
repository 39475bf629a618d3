/**
 * The words that a policy on a secret can use: actions of this service, condition keys of it and of
 * every service. Others are no mistake of form, but have no effect.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecretsmanager.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
import { secretsmanager } from '../../contract/generated/secretsmanager.ts'
import { isAccountId, parseArn } from '../../lib/arn.ts'
import { foldAscii } from '../../policy/fold.ts'
import { compileGlob, matchGlob, parsePieces } from '../../policy/pattern.ts'
import type { Statement } from '../../policy/statement.ts'

const actions = Object.keys(secretsmanager.operations).map((name) =>
  foldAscii(`secretsmanager:${name}`),
)
const stepsMax = 100_000

/** The actions of this service that a pattern means. */
export function actionsLike(pattern: string): string[] {
  const glob = compileGlob(parsePieces(foldAscii(pattern)))
  const meter = { stepsLeft: stepsMax }
  return actions.filter((action) => matchGlob(glob, action, meter))
}

/** Whether a statement is about an action. */
export function isAbout({ actions: element }: Statement, action: string): boolean {
  const folded = foldAscii(action)
  return element.values.some((each) => actionsLike(each).includes(folded)) !== element.negated
}

export const unknownActions = ({ actions: element }: Statement): string[] =>
  element.values
    .filter((pattern) => actionsLike(pattern).length === 0)
    .map((pattern) => `names ${pattern}, which is no action of Secrets Manager.`)

const serviceKeys = [
  ...['AddReplicaRegions', 'BlockPublicPolicy', 'Description', 'ForceDeleteWithoutRecovery'],
  ...['ForceOverwriteReplicaSecret', 'KmsKeyArn', 'KmsKeyId', 'ModifyRotationRules', 'Name'],
  ...['RecoveryWindowInDays', 'RotateImmediately', 'RotationLambdaARN', 'SecretId'],
  ...['SecretPrimaryRegion', 'Type', 'VersionId', 'VersionStage'],
  ...['resource/AllowRotationLambdaArn', 'resource/Type'],
].map((key) => `secretsmanager:${key}`)

const globalKeys = [
  ...['CalledVia', 'CalledViaFirst', 'CalledViaLast', 'CurrentTime', 'EpochTime'],
  ...['FederatedProvider', 'MultiFactorAuthAge', 'MultiFactorAuthPresent', 'PrincipalAccount'],
  ...['PrincipalArn', 'PrincipalIsAWSService', 'PrincipalOrgID', 'PrincipalOrgPaths'],
  ...['PrincipalServiceName', 'PrincipalServiceNamesList', 'PrincipalType', 'Referer'],
  ...['RequestedRegion', 'ResourceAccount', 'ResourceOrgID', 'ResourceOrgPaths'],
  ...['SecureTransport', 'SourceAccount', 'SourceArn', 'SourceIdentity', 'SourceIp'],
  ...['SourceOrgID', 'SourceOrgPaths', 'SourceVpc', 'SourceVpcArn', 'SourceVpce', 'TagKeys'],
  ...['TokenIssueTime', 'UserAgent', 'ViaAWSService', 'VpcSourceIp', 'VpceAccount'],
  ...['VpceOrgID', 'VpceOrgPaths', 'userid', 'username', 'Ec2InstanceSourceVpc'],
  ...['Ec2InstanceSourcePrivateIPv4', 'AssumedRoot', 'ChatbotSourceArn'],
].map((key) => `aws:${key}`)

const keys: ReadonlySet<string> = new Set([...serviceKeys, ...globalKeys].map(foldAscii))
const tagKeys = ['aws:RequestTag/', 'aws:ResourceTag/', 'aws:PrincipalTag/']
const prefixes = [...tagKeys, 'secretsmanager:ResourceTag/'].map(foldAscii)

export const unknownKeys = ({ conditions }: Statement): string[] =>
  conditions
    .map(({ key }) => foldAscii(key))
    .filter((key) => !keys.has(key) && !prefixes.some((prefix) => key.startsWith(prefix)))
    .map((key) => `asks for ${key}, which is no condition key of Secrets Manager.`)

/** The accounts other than this one to which a statement grants. */
export function foreignAccounts({ effect, principals }: Statement, own: string): string[] {
  if (effect !== 'Allow' || !principals || principals.negated) return []
  const accounts = principals.entries.map(({ value }) => parseArn(value)?.account ?? value)
  return [...new Set(accounts)].filter((account) => isAccountId(account) && account !== own)
}
