/**
 * The condition keys of one request. What describes the caller comes from the verified principal and
 * from nowhere else: not even our own callers can put `aws:PrincipalArn` or a principal tag into
 * `extra`. Values are read when a policy asks, so that a request builds none that nobody reads.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
import { foldAscii } from './fold.ts'
import type { Principal } from './principal.ts'

export type ContextValue = string | readonly string[]

/** Looks a key up by its ASCII-lower-cased name. A Map of such names is a context. */
export interface Context {
  get(key: string): ContextValue | undefined
}

/**
 * A context from names in any case. Names that differ in case only are one condition key to AWS, as
 * with the tags `Env` and `env`: their values stand together, so that an Allow needs all of them.
 */
export function contextOf(
  values: Readonly<Record<string, ContextValue>>,
): Map<string, ContextValue> {
  const context = new Map<string, ContextValue>()
  for (const name of Object.keys(values)) {
    const key = foldAscii(name)
    const value = values[name] ?? []
    const before = context.get(key)
    context.set(key, before === undefined ? value : [before, value].flat())
  }
  return context
}

/** The request's context: the principal's own keys, the resource's account, then `extra`. */
export function buildContext(
  principal: Principal,
  resourceAccount: string,
  extra: Context = new Map(),
): Context {
  return {
    get(key) {
      const own = ownKeys.get(key)
      if (own) return own(principal, resourceAccount)
      return key.startsWith(tagPrefix) ? tagOf(principal, key) : extra.get(key)
    },
  }
}

/** The keys that `buildContext` answers itself, as AWS writes them, with their values. */
export function ownEntries(
  principal: Principal,
  resourceAccount: string,
): [key: string, value: ContextValue][] {
  const entries: [string, ContextValue][] = []
  for (const [name, read] of ownRows) {
    const value = read(principal, resourceAccount)
    if (value !== undefined) entries.push([name, value])
  }
  for (const [tag, value] of Object.entries(tagsOf(principal))) {
    entries.push([`aws:PrincipalTag/${tag}`, value])
  }
  return entries
}

type Read = (principal: Principal, resourceAccount: string) => string | undefined

const typeWords: Readonly<Record<Principal['kind'], string | undefined>> = {
  root: 'Account',
  user: 'User',
  'role-session': 'AssumedRole',
  'federated-user': 'FederatedUser',
  anonymous: 'Anonymous',
  service: undefined,
  provider: undefined,
}

const isSomebody = (principal: Principal): boolean => 'account' in principal

/** A session is known by its role: aws:PrincipalArn is the role's ARN, path included. */
function principalArn(principal: Principal): string | undefined {
  if (principal.kind === 'role-session') return principal.roleArn
  return 'arn' in principal ? principal.arn : undefined
}

function userId(principal: Principal): string | undefined {
  if ('userId' in principal) return principal.userId
  if (principal.kind === 'root') return principal.account
  return principal.kind === 'anonymous' ? 'anonymous' : undefined
}

const ownRows: readonly (readonly [name: string, read: Read])[] = [
  ['aws:PrincipalArn', principalArn],
  ['aws:PrincipalAccount', (principal) => ('account' in principal ? principal.account : undefined)],
  ['aws:PrincipalType', (principal) => typeWords[principal.kind]],
  ['aws:userid', userId],
  ['aws:username', (principal) => (principal.kind === 'user' ? principal.userName : undefined)],
  [
    'aws:PrincipalIsAWSService',
    (principal) => {
      if (principal.kind === 'service') return 'true'
      return isSomebody(principal) ? 'false' : undefined
    },
  ],
  [
    'aws:PrincipalServiceName',
    (principal) => (principal.kind === 'service' ? principal.service : undefined),
  ],
  ['aws:ResourceAccount', (_principal, resourceAccount) => resourceAccount],
]

const ownKeys: ReadonlyMap<string, Read> = new Map(
  ownRows.map(([name, read]) => [foldAscii(name), read]),
)

const tagPrefix = 'aws:principaltag/'
const noTags: Readonly<Record<string, string>> = Object.create(null)

const tagsOf = (principal: Principal): Readonly<Record<string, string>> =>
  'tags' in principal ? principal.tags : noTags

function tagOf(principal: Principal, key: string): ContextValue | undefined {
  const tags = tagsOf(principal)
  const wanted = key.slice(tagPrefix.length)
  const found = Object.keys(tags).filter((tag) => foldAscii(tag) === wanted)
  const values = found.map((tag) => tags[tag] ?? '')
  return values.length > 1 ? values : values[0]
}
