/** What Secrets Manager keeps. Instants are milliseconds since 1970. */
import type { Envelope } from '../../keyring/envelope.ts'
import type { AccountId } from '../../lib/brand.ts'

/** Where a secret lives: an account's region. */
export interface Shelf {
  readonly account: AccountId
  readonly region: string
}

export interface Tag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** A staging label and the version that it is attached to. */
export interface Label {
  readonly name: string
  readonly on: string
}

export interface RotationRules {
  readonly AutomaticallyAfterDays?: number | undefined
  readonly ScheduleExpression?: string | undefined
  readonly Duration?: string | undefined
}

export interface RotationMetadata {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** How a secret is rotated; absent until that was asked for once. */
export interface Rotation {
  readonly enabled: boolean
  readonly lambdaArn?: string | undefined
  readonly rules?: RotationRules | undefined
  /** Of a managed external secret: what its partner needs to know, and the role it works as. */
  readonly metadata?: readonly RotationMetadata[] | undefined
  readonly roleArn?: string | undefined
  /** The version that the last rotation made; under way as long as it is pending and not current. */
  readonly versionId?: string | undefined
  /** What a function may show to prove that it works for this rotation. */
  readonly rotationToken?: string | undefined
  /** A test of the function that is under way beside all this. */
  readonly trial?: Trial | undefined
  readonly rotatedAt?: number | undefined
  /** When there is something to do: at once while a rotation is under way, else as the rules say. */
  readonly dueAt?: number | undefined
  /** The days from the last success to the next date, which AWS shows beside a ScheduleExpression. */
  readonly afterDays?: number | undefined
  /** By when the rules promise the next rotation. */
  readonly nextAt?: number | undefined
}

/** A test of the rotation function on a version that holds what AWSCURRENT held, removed afterwards. */
export interface Trial {
  readonly versionId: string
  /** The token of the request that wanted it. */
  readonly askedBy: string
  readonly startedAt: number
}

/** A copy in another region, as its primary knows it. */
export interface Replica {
  readonly region: string
  readonly kmsKeyId?: string | undefined
  /** Why the copy is not in step; absent while it is. */
  readonly failure?: string | undefined
}

/** A secret without its values. */
export interface SecretRecord {
  readonly name: string
  /** The six characters that end its ARN. */
  readonly suffix: string
  /** The token of the request that made it, by which a repeated one is recognised. */
  readonly madeBy: string
  readonly description?: string | undefined
  /** As the caller named it; absent under the default key. */
  readonly kmsKeyId?: string | undefined
  /** The partner's kind of a managed external secret. */
  readonly type?: string | undefined
  /** Absent if the secret was never tagged. */
  readonly tags?: readonly Tag[] | undefined
  readonly createdAt: number
  readonly changedAt: number
  /** When it was deleted; it can be restored until `purgeAt`. */
  readonly deletedAt?: number | undefined
  readonly purgeAt?: number | undefined
  /** The resource policy, as it was put. */
  readonly policy?: string | undefined
  /** No label twice. The set that decisions read, hence here and not with the versions. */
  readonly labels: readonly Label[]
  readonly versionsCount: number
  readonly rotation?: Rotation | undefined
  /** Of a replica: where its primary lives. */
  readonly primaryRegion?: string | undefined
  /** Of a primary: its copies. Absent if there are none. */
  readonly replicas?: readonly Replica[] | undefined
}

/** A sealed value and the key it is sealed under, named as the secret named it then. */
export interface Content {
  readonly kind: 'string' | 'binary'
  readonly envelope: Envelope
  readonly kmsKeyId?: string | undefined
  /** The version that the value was sealed for, where that is another one: a trial's is AWSCURRENT's. */
  readonly boundTo?: string | undefined
}

/** One version. Its labels stand in the secret. */
export interface VersionRecord {
  readonly id: string
  readonly createdAt: number
  /** Absent in a version that a rotation began and has not filled yet. */
  readonly content?: Content | undefined
}
