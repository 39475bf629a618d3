/**
 * ARNs of what IAM names. IAM is global: they name no region.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
import { formatArn, isAccountId, parseArn } from '../../lib/arn.ts'
import type { AccountId, Arn } from '../../lib/brand.ts'
import type { Kind } from './records.ts'

const iamArn = (account: AccountId, resource: string): Arn =>
  formatArn({ partition: 'aws', service: 'iam', region: '', account, resource })

export const rootArn = (account: AccountId): Arn => iamArn(account, 'root')

/** How an ARN calls each kind of thing. */
const words: Readonly<Record<Kind, string>> = {
  user: 'user',
  group: 'group',
  role: 'role',
  policy: 'policy',
  profile: 'instance-profile',
}

/** What an ARN says of a thing. */
export interface Place {
  readonly kind: Kind
  readonly account: AccountId
  readonly path: string
  readonly name: string
}

export const arnOf = ({ kind, account, path, name }: Place): Arn =>
  iamArn(account, `${words[kind]}${path}${name}`)

/** The thing that an ARN names, whether it exists or not; `undefined` for any other text. */
export function placeOf(text: string): Place | undefined {
  const arn = parseArn(text)
  if (arn?.partition !== 'aws' || arn.service !== 'iam' || arn.region !== '') return undefined
  const { account, resource } = arn
  const slash = resource.indexOf('/')
  const kind = kinds.get(resource.slice(0, slash))
  if (slash < 0 || !kind || !isAccountId(account)) return undefined
  const end = resource.lastIndexOf('/') + 1
  return { kind, account, path: resource.slice(slash, end), name: resource.slice(end) }
}

const kinds: ReadonlyMap<string, Kind> = new Map(
  Object.entries(words).map(([kind, word]) => [word, kind as Kind]),
)

export const providerArn = (account: AccountId, url: string): Arn =>
  iamArn(account, `oidc-provider/${url}`)

/** The URL in the ARN of an OIDC provider of this account. */
export function providerUrlOf(account: AccountId, arn: string): string | undefined {
  const start = providerArn(account, '')
  return arn.startsWith(start) && arn.length > start.length ? arn.slice(start.length) : undefined
}

/** A session of an assumed role. It has no path. */
export const sessionArn = (account: AccountId, role: string, session: string): Arn =>
  stsArn(account, `assumed-role/${role}/${session}`)

export const federatedArn = (account: AccountId, name: string): Arn =>
  stsArn(account, `federated-user/${name}`)

const stsArn = (account: AccountId, resource: string): Arn =>
  formatArn({ partition: 'aws', service: 'sts', region: '', account, resource })
