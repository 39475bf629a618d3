/**
 * Security Token Service.
 *
 * https://docs.aws.amazon.com/STS/latest/APIReference/welcome.html
 */
import type { StsOperations } from '../../contract/generated/sts.ts'
import type { AccountId } from '../../lib/brand.ts'
import type { Caller } from '../../lib/caller.ts'
import type { Draws } from '../../lib/draws.ts'
import type { CompiledPolicy } from '../../policy/compile.ts'
import { type Desk, declare, type Prove } from '../operation.ts'
import type { SessionTokens } from './tokens.ts'

/** A role, as far as whoever wants to assume it is concerned. */
export interface RoleFacts {
  readonly name: string
  readonly roleId: string
  readonly arn: string
  readonly trust: CompiledPolicy
  readonly maxSessionSeconds: number
  readonly tags: Readonly<Record<string, string>>
}

/** An issuer of tokens that an account trusts. */
export interface OidcProvider {
  /** The audiences that its tokens may be for. */
  readonly clientIds: readonly string[]
}

type Look = Parameters<Prove>[0]

/** What IAM knows; the house gives it. */
export interface Identities {
  findRole(look: Look, account: AccountId, name: string): RoleFacts | undefined
  findOidcProvider(look: Look, account: AccountId, arn: string): OidcProvider | undefined
  hasPolicy(look: Look, account: AccountId, arn: string): boolean
  hasAccount(look: Look, account: AccountId): boolean
  /** The account of a long-term key, switched off or not. */
  accountOfKey(look: Look, accessKeyId: string): AccountId | undefined
}

export interface Rooms {
  readonly caller: Caller
  readonly look: Look
  readonly identities: Identities
  readonly tokens: SessionTokens
  readonly draws: Draws
  readonly refusal: Desk['refusal']
}

export const { operation, fault } = declare<StsOperations, Rooms, Rooms>()
