/**
 * Who asks, and whom a Principal element means. An element says one of three things about a caller:
 * it names the caller itself (direct), something the caller acts as (role), or only the account, which
 * for an Allow is no grant but leave for the account to grant by its own policies.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
import { isAccountId, parseArn } from '../lib/arn.ts'
import type { Effect, PrincipalElement, PrincipalEntry } from './statement.ts'

export type Tags = Readonly<Record<string, string>>

/** The account itself, signed in with its root credentials. */
export interface RootPrincipal {
  readonly kind: 'root'
  readonly arn: string
  readonly account: string
  readonly tags: Tags
}

export interface UserPrincipal {
  readonly kind: 'user'
  readonly arn: string
  readonly account: string
  readonly userId: string
  readonly userName: string
  readonly tags: Tags
}

/** A session of an assumed role; `userId` is `AROA…:session`, `roleArn` holds the role's path. */
export interface RoleSessionPrincipal {
  readonly kind: 'role-session'
  readonly arn: string
  readonly account: string
  readonly roleArn: string
  readonly userId: string
  readonly tags: Tags
}

/** Made by GetFederationToken; has at most what the federating user has and its session allows. */
export interface FederatedUserPrincipal {
  readonly kind: 'federated-user'
  readonly arn: string
  readonly account: string
  readonly federatingUserArn: string
  readonly userId: string
  readonly tags: Tags
}

/** An AWS service acting on its own behalf; only the house can make one. */
export interface ServicePrincipal {
  readonly kind: 'service'
  readonly service: string
}

/** Somebody an identity provider vouches for, on the way to a role: its ARN or host name. */
export interface ProviderPrincipal {
  readonly kind: 'provider'
  readonly provider: string
}

export interface AnonymousPrincipal {
  readonly kind: 'anonymous'
}

/** A principal that belongs to an account and may have policies of its own. */
export type AccountPrincipal =
  | RootPrincipal
  | UserPrincipal
  | RoleSessionPrincipal
  | FederatedUserPrincipal

export type Principal = AccountPrincipal | ServicePrincipal | ProviderPrincipal | AnonymousPrincipal

/** How a statement means the caller. */
export type Grant = 'direct' | 'role' | 'account'

/** A Principal or NotPrincipal element, ready to be asked. */
export interface PrincipalRule {
  readonly negated: boolean
  readonly effect: Effect
  readonly everyone: boolean
  /** User, role, session and federated-user ARNs, and the unique ids that AWS stores in their place. */
  readonly names: ReadonlySet<string>
  /** Account ids; the value is the start that the caller's ARN must have (its partition). */
  readonly accounts: ReadonlyMap<string, readonly string[]>
  readonly services: ReadonlySet<string>
  readonly providers: ReadonlySet<string>
  /** Holds an entry that we cannot read: a Deny must then apply. */
  readonly unreadable: boolean
}

export function compilePrincipals(element: PrincipalElement, effect: Effect): PrincipalRule {
  const { negated, entries } = element
  const valuesOf = (type: PrincipalEntry['type']): string[] =>
    entries.filter((entry) => entry.type === type).map((entry) => entry.value)
  const aws = valuesOf('AWS')
  return {
    negated,
    effect,
    everyone: aws.includes('*'),
    names: new Set(aws.filter(isName)),
    accounts: accountsOf(aws),
    services: new Set(valuesOf('Service')),
    providers: new Set(valuesOf('Federated')),
    unreadable: aws.some((value) => value !== '*' && !isName(value) && !accountOf(value)),
  }
}

function accountsOf(values: readonly string[]): Map<string, readonly string[]> {
  const accounts = new Map<string, readonly string[]>()
  for (const value of values) {
    const account = accountOf(value)
    if (!account) continue
    const start = value === account ? '' : value.slice(0, value.indexOf('iam:'))
    accounts.set(account, [...(accounts.get(account) ?? []), start])
  }
  return accounts
}

/** The account that a value means as a whole: twelve digits, or its root ARN. */
export function accountOf(value: string): string | undefined {
  if (isAccountId(value)) return value
  const arn = parseArn(value)
  const root = arn?.service === 'iam' && arn.region === '' && arn.resource === 'root'
  return root && isAccountId(arn.account) ? arn.account : undefined
}

const uniqueIdForm = /^A(?:IDA|ROA)[A-Z0-9]+$/
const namedForms: readonly (readonly [service: string, kind: string])[] = [
  ['iam', 'user/'],
  ['iam', 'role/'],
  ['sts', 'assumed-role/'],
  ['sts', 'federated-user/'],
]

/** The ARN of one user, role or session, or a unique id. There are no wildcards in names. */
export function isName(value: string): boolean {
  if (value.includes('*') || value.includes('?')) return false
  if (uniqueIdForm.test(value)) return true
  const arn = parseArn(value)
  if (arn?.region !== '' || !isAccountId(arn.account)) return false
  return namedForms.some(([service, kind]) => {
    return arn.service === service && arn.resource.startsWith(kind) && arn.resource !== kind
  })
}

/** How the rule means this caller, `undefined` if it does not. `bounded`: it has a boundary. */
export function matchPrincipal(
  rule: PrincipalRule,
  principal: Principal,
  bounded: boolean,
): Grant | undefined {
  if (rule.negated) return isSpared(rule, principal, bounded) ? undefined : 'direct'
  if (rule.effect === 'Deny' && (rule.everyone || rule.unreadable)) return 'direct'
  if (principal.kind === 'service') return hasOrStar(rule.services, principal.service)
  if (principal.kind === 'provider') return hasOrStar(rule.providers, principal.provider)
  if (rule.everyone) return 'direct'
  return principal.kind === 'anonymous' ? undefined : matchNamed(rule, principal)
}

/** An Allow for `*` is for people and programs; a service needs its name, or a star for services. */
const hasOrStar = (names: ReadonlySet<string>, name: string): Grant | undefined =>
  names.has(name) || names.has('*') ? 'direct' : undefined

function matchNamed(rule: PrincipalRule, principal: AccountPrincipal): Grant | undefined {
  if (rule.names.size > 0) {
    if (isNamed(rule, principal)) return 'direct'
    if (isNamedAsRole(rule, principal)) return 'role'
  }
  return isAccountNamed(rule, principal) ? 'account' : undefined
}

function isNamed({ names }: PrincipalRule, principal: AccountPrincipal): boolean {
  return names.has(principal.arn) || (principal.kind === 'user' && names.has(principal.userId))
}

function isNamedAsRole({ names }: PrincipalRule, principal: AccountPrincipal): boolean {
  if (principal.kind === 'federated-user') return names.has(principal.federatingUserArn)
  if (principal.kind !== 'role-session') return false
  const { roleArn, userId } = principal
  return names.has(roleArn) || names.has(userId.slice(0, userId.indexOf(':')))
}

function isAccountNamed({ accounts }: PrincipalRule, principal: AccountPrincipal): boolean {
  return accounts.get(principal.account)?.some((start) => principal.arn.startsWith(start)) ?? false
}

/**
 * Whom NotPrincipal spares. From a Deny only a caller all of whose names are listed: itself, its
 * role, its account; never one with a permissions boundary, which surprises everybody but is what
 * AWS documents. From an Allow anybody with any name listed, and no service.
 */
function isSpared(rule: PrincipalRule, principal: Principal, bounded: boolean): boolean {
  const allow = rule.effect === 'Allow'
  if (principal.kind === 'service') return allow || rule.services.has(principal.service)
  if (principal.kind === 'provider') return allow || rule.providers.has(principal.provider)
  if (rule.everyone || (allow && rule.unreadable)) return true
  if (principal.kind === 'anonymous') return false
  if (allow) return matchNamed(rule, principal) !== undefined
  if (bounded || !isAccountNamed(rule, principal)) return false
  if (principal.kind === 'root') return true
  return (
    isNamed(rule, principal) &&
    (principal.kind !== 'role-session' || isNamedAsRole(rule, principal))
  )
}
