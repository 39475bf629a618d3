/** What rooms ask of each other, as the house lends it: who stands behind a key, and who there is. */
import type { Signed } from './identity/authenticator.ts'
import { isAccountId, parseArn } from './lib/arn.ts'
import type { AccountId } from './lib/brand.ts'
import { parseBase64 } from './lib/bytes.ts'
import { contextOf } from './policy/context.ts'
import { decide } from './policy/decide.ts'
import { judge } from './server/decide.ts'
import { authorityOfWho, everybodyIn } from './services/iam/everybody.ts'
import {
  type Authority,
  authorityOfSession,
  findAccountOf,
  findAuthority,
  findProvider,
  findRole,
  hasManagedPolicy,
  noteSessionUse,
} from './services/iam/principals.ts'
import { addAccount } from './services/iam/root.ts'
import type { KeySecrets } from './services/iam/secrets.ts'
import { IdentityReader } from './services/iam/store.ts'
import type { Ports as FunctionPorts } from './services/lambda/index.ts'
import { type Circumstances, conditionKeysOf, type Subject } from './services/operation.ts'
import type { Secret } from './services/secretsmanager/secret.ts'
import { SecretReader } from './services/secretsmanager/store.ts'
import type { People, Ports } from './services/strongroom/service.ts'
import type { Identities } from './services/sts/service.ts'
import type { SessionTokens } from './services/sts/tokens.ts'
import type { Attempt, Look } from './store/attempt.ts'

/** How ids of temporary keys begin; AKIA is what the others begin with, or what the operator fixed. */
export const temporary = 'ASIA'

/** What STS asks of IAM. */
export const identities: Identities = {
  findRole,
  findOidcProvider: findProvider,
  hasPolicy: hasManagedPolicy,
  hasAccount: (look, account) => new IdentityReader(look).findAccount(account) !== undefined,
  accountOfKey: findAccountOf,
}

/** What the operator's API asks of IAM. */
export const peopleOf = (secrets: KeySecrets): People => ({
  addAccount: (attempt, wish, key) => addAccount(attempt, secrets, wish, key),
  async listAccounts(attempt, after, itemsMax) {
    const from = after === undefined ? {} : { after: [after] }
    const items = await new IdentityReader(attempt).listAccounts({ ...from, itemsMax })
    return items.map(({ parts: [account = ''], record: { createdAt } }) => ({ account, createdAt }))
  },
  everybodyIn: (attempt, account, at) => everybodyIn(new IdentityReader(attempt), account, at),
  authorityOf: (attempt, who) => authorityOfWho(new IdentityReader(attempt), who),
})

/** Who stands behind a key or a session now. */
export function authorityOf(
  tokens: SessionTokens,
  attempt: Attempt,
  signed: Signed,
  at: number,
): Authority | undefined {
  const { accessKeyId, sessionToken } = signed
  if (!accessKeyId.startsWith(temporary)) return findAuthority(attempt, signed, at)
  const session = tokens.open(sessionToken ?? '')
  if (!session) return undefined
  noteSessionUse(attempt, session, signed, at)
  return authorityOfSession(attempt, session)
}

/** The data key that Secrets Manager asks KMS to open before it shows this secret's value. */
export const sealedKeyOf: Ports['sealedKeyOf'] = (attempt, subject) => {
  const { arn, shelf, record } = subject as Secret
  const versionId = conditionKeysOf(subject)['secretsmanager:VersionId']
  if (typeof versionId !== 'string') return undefined
  const version = new SecretReader(attempt).findVersion(shelf, record, versionId)
  const CiphertextBlob = version?.content && parseBase64(version.content.envelope.dataKey)
  if (!CiphertextBlob) return undefined
  const SecretVersionId = version.content?.boundTo ?? versionId
  return { CiphertextBlob, EncryptionContext: { SecretARN: arn, SecretVersionId } }
}

/** What Lambda asks of IAM about roles. */
export const rolesOf: FunctionPorts['rolesOf'] = (attempt, region, at) => ({
  trustOf(roleArn) {
    const role = roleBehind(attempt, roleArn)
    return role?.arn === roleArn ? role.trust : undefined
  },
  mayInvoke(roleArn, sessionName, target) {
    const role = roleBehind(attempt, roleArn)
    if (role?.arn !== roleArn) return false
    const circumstances = circumstancesOf('lambda.amazonaws.com', { at, region })
    return actsAs(attempt, role, sessionName, 'lambda:InvokeFunction', target, circumstances)
  },
})

/** Whether a role may do something for a service of the house's own, and trusts that service. */
export function mayAs(
  look: Look,
  asked: {
    readonly roleArn: string
    readonly service: string
    readonly sourceArn: string
    readonly sessionName: string
  },
  action: string,
  arn: string,
  when: { readonly at: number; readonly region: string },
): boolean {
  const { roleArn, service, sourceArn, sessionName } = asked
  const role = roleBehind(look, roleArn)
  if (role?.arn !== roleArn || !role.trust) return false
  const { outcome } = decide({
    principal: { kind: 'service', service },
    action: 'sts:AssumeRole',
    resource: roleArn,
    resourceAccount: role.account,
    context: contextOf({ 'aws:SourceArn': sourceArn, 'aws:SourceAccount': role.account }),
    identity: [],
    resourcePolicy: role.trust,
  })
  if (outcome !== 'allow') return false
  const subject = { arn, account: role.account }
  return actsAs(look, role, sessionName, action, subject, circumstancesOf(service, when))
}

const circumstancesOf = (
  service: string,
  { at, region }: { readonly at: number; readonly region: string },
) => {
  const origin = { sourceIp: '', userAgent: service, host: '', secure: true }
  return { at, region, origin, via: [service.replace('.amazonaws.com', '')] }
}

/** What a session of a role may. */
function actsAs(
  look: Look,
  { account, roleId: id }: { readonly account: AccountId; readonly roleId: string },
  sessionName: string,
  action: string,
  subject: Subject,
  circumstances: Circumstances,
): boolean {
  const session = { sessionName, issuedAt: circumstances.at }
  const who = { type: 'Role', account, id, session } as const
  const authority = authorityOfWho(new IdentityReader(look), who)
  return authority !== undefined && !judge(authority, action, subject, circumstances).refusal
}

function roleBehind(look: Look, roleArn: string) {
  const { account = '', resource = '' } = parseArn(roleArn) ?? {}
  const name = resource.slice(resource.lastIndexOf('/') + 1)
  return isAccountId(account) ? findRole(look, account, name) : undefined
}
