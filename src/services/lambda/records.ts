/** What the store keeps of functions. Names of ours; sets that a decision reads stand in their owner. */
import type { AccountId } from '../../lib/brand.ts'

/** Where functions stand: an account's part of a region. */
export interface Shelf {
  readonly account: AccountId
  readonly region: string
}

/** A function: what a call needs to know of all of it. The settings of published versions stand apart. */
export interface FunctionRecord {
  readonly name: string
  /** Tells this function from one that had its name before. */
  readonly id: string
  readonly latest: Settings
  /** The numbers of published versions, in their order. */
  readonly versions: readonly number[]
  /** The last number that was given; none is given twice. */
  readonly lastVersion: number
  readonly aliases: readonly AliasRecord[]
  readonly tags: readonly Tag[]
  readonly eventConfigs: readonly EventConfig[]
  /** The qualifiers that have a policy of their own. */
  readonly policies: readonly string[]
  /** How many environments it may have at once. */
  readonly reserved?: number
}

/** What one version is: `$LATEST`, or a published one, which never changes again. */
export interface Settings {
  readonly version: string
  readonly description: string
  readonly runtime: string
  readonly handler: string
  readonly roleArn: string
  readonly timeoutSeconds: number
  readonly memoryMegabytes: number
  readonly environment: readonly Variable[]
  readonly architecture: string
  readonly code: Code
  /** Milliseconds since 1970. */
  readonly modifiedAt: number
  readonly revisionId: string
}

export interface Code {
  /** Under which its pieces are kept; versions made of the same code share them. */
  readonly id: string
  /** Of the zip, in base64. */
  readonly sha256: string
  readonly bytes: number
}

/** A customer's variable. Its value is nobody's to see but the function's and its reader's. */
export interface Variable {
  readonly name: string
  readonly value: string
}

export interface Tag {
  readonly key: string
  readonly value: string
}

export interface AliasRecord {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly revisionId: string
}

/** How asynchronous invocations of a qualifier are tried, and who is told of their end. */
export interface EventConfig {
  readonly qualifier: string
  readonly retriesMax?: number
  readonly ageSecondsMax?: number
  readonly onSuccess?: string
  readonly onFailure?: string
  readonly modifiedAt: number
}

/** A resource policy: statements as they are told, in their order. */
export interface PolicyRecord {
  readonly statements: readonly StatementRecord[]
  readonly revisionId: string
}

export interface StatementRecord {
  readonly sid: string
  /** The statement as JSON. */
  readonly text: string
}

/** An asynchronous invocation that is not done yet. */
export interface QueuedRecord {
  readonly shelf: Shelf
  readonly name: string
  /** The function's `id`: an invocation is not for another one of the same name. */
  readonly functionId: string
  /** As it was called; absent for the function as such. */
  readonly qualifier?: string
  readonly requestId: string
  /** In base64. */
  readonly payload: string
  readonly clientContext?: string
  readonly queuedAt: number
  /** When it is to be tried next, or, while somebody tries it, when that claim ends. */
  readonly dueAt: number
  /** How often the function failed. */
  readonly failures: number
  /** How often there was no room to run it. */
  readonly refusals: number
  /** How many functions told each other of their ends until this one. */
  readonly hops: number
  /** Who is trying it. */
  readonly claim?: string
}
