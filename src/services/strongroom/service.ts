/** The operator's own API: what AWS has no words for. */
import type {
  CheckView,
  StepView,
  StrongroomOperations,
} from '../../contract/generated/strongroom.ts'
import type { AccountId } from '../../lib/brand.ts'
import type { Caller } from '../../lib/caller.ts'
import type { Draws } from '../../lib/draws.ts'
import type { Session } from '../../lib/session.ts'
import { type Authority, type Desk, declare, type Subject } from '../operation.ts'
import type { Alerts } from './alert.ts'
import type { Changes } from './changes.ts'
import type { Letters } from './letter.ts'
import type { Inventory } from './lint/article.ts'
import type { Nodes } from './node.ts'
import type { BackupPorts } from './order.ts'
import type { Keys } from './seal.ts'

/** The audit as this service reads it; the house gives it. */
export interface AuditReader {
  /** The newest records of an account before a place, newest first. `next` is where to go on. */
  latest(
    account: string,
    itemsMax: number,
    before?: Place,
  ): Promise<{ items: (Place & { record: object })[]; next: Place | undefined }>
  /** The records of an account of `from <= at < to` (milliseconds) behind a place, oldest first. */
  between(
    account: string,
    span: { readonly from: number; readonly to: number },
    itemsMax: number,
    after?: Place,
  ): Promise<{ items: (Place & { record: object })[]; next: Place | undefined }>
}

export interface Place {
  readonly seq: number
  readonly index: number
}

/** The audit's index as this service asks it; the house gives it. */
export interface EventIndex {
  find(query: EventQuery): Promise<{
    items: readonly { readonly record: object; readonly second: number }[]
    next: Spot | undefined
  }>
}

export interface EventQuery {
  readonly account: string
  /** Left out for requests: they have one id wherever their calls worked. */
  readonly region?: string
  readonly attribute: { readonly name: 'RequestId' | 'ResourceName'; readonly value: string }
  /** Seconds since 1970. */
  readonly from?: number
  readonly before?: Spot
  readonly itemsMax: number
}

interface Spot extends Place {
  readonly second: number
}

/** An identity as somebody would act by it. */
export interface Who {
  readonly type: 'Root' | 'User' | 'Role'
  readonly account: AccountId
  /** The unique id of a user or role. */
  readonly id?: string
  /** By temporary credentials. */
  readonly session?: Pick<
    Session,
    'sessionName' | 'issuedAt' | 'sourceIdentity' | 'federatedProvider'
  >
}

/** The accounts and who is in them; the house gives it, IAM stands behind. */
export interface People {
  /** Makes an account whose root has this key. False if there is one of that id. */
  addAccount(
    attempt: Desk['attempt'],
    wish: { readonly account: AccountId; readonly at: number },
    key: { readonly accessKeyId: string; readonly secretAccessKey: string },
  ): boolean
  listAccounts(
    attempt: Desk['attempt'],
    after: string | undefined,
    itemsMax: number,
  ): Promise<{ readonly account: string; readonly createdAt: number }[]>
  /** Root, users, and roles as whoever assumed them at this instant. */
  everybodyIn(attempt: Desk['attempt'], account: AccountId, at: number): AsyncIterable<Authority>
  /** An identity as it is now, without session policies; `undefined` if it is gone. */
  authorityOf(attempt: Desk['attempt'], who: Who): Authority | undefined
}

/** What must be decrypted for a secret's value to be read: its data key, as KMS sealed it. */
export interface SealedKey {
  readonly CiphertextBlob: Uint8Array
  readonly EncryptionContext: Readonly<Record<string, string>>
}

/** The last turn of a rotation. No values, and no words of a function's own. */
export interface TurnFacts {
  readonly kind: 'rotation' | 'trial'
  readonly state: 'running' | 'waiting' | 'succeeded' | 'failed' | 'ended'
  readonly versionId: string
  readonly attempt: number
  readonly startedAt: number
  readonly endedAt?: number | undefined
  readonly retryAt?: number | undefined
  readonly steps: readonly {
    readonly step: StepView['Step']
    readonly startedAt: number
    readonly endedAt?: number | undefined
  }[]
  readonly failures: readonly {
    readonly at: number
    readonly attempt: number
    readonly step?: StepView['Step'] | undefined
    readonly words: string
  }[]
}

/** What is known of a secret's rotation. Instants are milliseconds since 1970. */
export interface RotationFacts {
  readonly arn: string
  readonly name: string
  readonly enabled: boolean
  readonly lambdaArn?: string | undefined
  /** A version that has AWSPENDING and is not current. */
  readonly pendingId?: string | undefined
  readonly rotatedAt?: number | undefined
  readonly nextAt?: number | undefined
  readonly dueAt?: number | undefined
  readonly turn?: TurnFacts | undefined
}

/** Rotations as this service asks about them; the house gives it. Subjects are those of a secret. */
export interface Rotations {
  /** `undefined` for a secret that was never to be rotated. */
  find(attempt: Desk['attempt'], subject: Subject): RotationFacts | undefined
  list(
    attempt: Desk['attempt'],
    shelf: { readonly account: AccountId; readonly region: string },
    page: { readonly after: string | undefined; readonly itemsMax: number },
  ): Promise<{ readonly items: readonly RotationFacts[]; readonly next: string | undefined }>
  repair(
    attempt: Desk['attempt'],
    subject: Subject,
    draws: Draws,
  ): Promise<{
    readonly kind: 'nothing' | 'reattempted' | 'label-removed'
    readonly versionId?: string | undefined
  }>
  back(
    attempt: Desk['attempt'],
    subject: Subject,
    versionId: string | undefined,
    draws: Draws,
  ): Promise<{ readonly versionId: string; readonly from: string }>
}

/** One thing that the doctor looked at. */
export interface Finding {
  readonly name: string
  readonly state: CheckView['State']
  readonly words: string
}

/** A read out of an agent's cache, as it told it. Instants are milliseconds since 1970. */
export interface Receipt {
  readonly eventId: string
  readonly at: number
  readonly region: string
  /** The agent. */
  readonly caller: Caller
  readonly requestId: string
  readonly batchId: string
  readonly kind: 'Secret' | 'Parameter'
  readonly id: string
  readonly version: string
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
  readonly application: string | undefined
  /** Whether the agent may read it now. */
  readonly mayRead: boolean
  readonly resource:
    | { readonly arn: string; readonly account: string; readonly type: string | undefined }
    | undefined
}

export interface Ports {
  readonly changes: Changes
  /** The audit record of a receipt. */
  receiptRecord(receipt: Receipt): object
  readonly rotations: Rotations
  readonly alerts: Alerts
  readonly letters: Letters
  readonly audit: AuditReader
  readonly events: EventIndex
  readonly inventory: Inventory
  readonly people: People
  readonly backups: BackupPorts
  readonly nodes: Nodes
  readonly keys: Keys
  /** What the doctor sees. */
  diagnosis(): Promise<readonly Finding[]>
  /** The data key of the version that a subject of GetSecretValue means; `undefined` if it has no value. */
  sealedKeyOf(attempt: Desk['attempt'], subject: Subject): SealedKey | undefined
  /** The deployment's own account: what reaches across accounts is its alone to allow. */
  readonly operator: AccountId
}

export interface Rooms extends Ports {
  readonly attempt: Desk['attempt']
  readonly caller: Caller
  readonly region: string
  readonly draws: Draws
  readonly requestId: string
  readonly afterwards: Desk['afterwards']
  readonly consider: Desk['consider']
  readonly refusal: Desk['refusal']
}

export const { operation, fault } = declare<StrongroomOperations, Rooms, Rooms>()
