/** A key as the door sees it, and what a call says about the one it means. */
import type { GrantOperation } from '../../contract/generated/kms.ts'
import type { Arn } from '../../lib/brand.ts'
import type { ContextValue } from '../../policy/context.ts'
import type { Subject } from '../operation.ts'
import type { GrantRecord, KeyRecord, Shelf } from './records.ts'

export const keyType = 'AWS::KMS::Key'

/** A key that exists, found for this call. */
export interface Key extends Subject {
  readonly arn: Arn
  readonly shelf: Shelf
  readonly record: KeyRecord
}

/** What a call says about the key it means. */
export interface Use {
  readonly KeyId: string
  readonly GrantTokens?: readonly string[] | undefined
  readonly EncryptionContext?: Readonly<Record<string, string>> | undefined
}

/** How an operation may reach a key. */
export interface Reach {
  /** The operation's name in grants. Such operations also take aliases, and other accounts' keys. */
  readonly grant?: GrantOperation
  /** What else a grant must be like to admit the call. */
  readonly within?: (held: GrantRecord) => boolean
  /** Takes other accounts' keys. */
  readonly abroad?: boolean
  /** Takes aliases. */
  readonly byAlias?: boolean
  /** Condition keys of the request. */
  readonly context?: Readonly<Record<string, ContextValue>> | undefined
  /** The refusal, where KMS does not say what denied. */
  readonly refused?: Subject['refused']
}
