/**
 * What is wrong, or likely not meant, in a resource policy that is well-formed: told before it is put.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_ValidateResourcePolicy.html
 */
import type { PolicyDocument } from '../../policy/document.ts'
import { publicStatements } from '../../policy/public.ts'
import type { Statement } from '../../policy/statement.ts'
import { shutsOutReaders, shutsOutRoot, shutsOutRotation } from './lockout.ts'
import type { Shelf } from './records.ts'
import { resourceFindings } from './resource-findings.ts'
import { type Secret, secretWith } from './secret.ts'
import type { Rooms } from './service.ts'
import { foreignAccounts, unknownActions, unknownKeys } from './vocabulary.ts'

export interface Finding {
  readonly check: string
  readonly words: string
  /** True for what is often meant: told, but no reason not to pass. */
  readonly isWarning: boolean
}

/** What the policy is for. */
export interface Setting {
  readonly rooms: Rooms
  readonly here: Shelf
  /** Absent if nobody said which secret it is for. */
  readonly secret: Secret | undefined
  readonly text: string
}

type Check = (document: PolicyDocument, setting: Setting) => readonly string[]

/** One sentence for each statement of which something holds. Statements are counted from 1. */
const eachStatement =
  (words: (statement: Statement, setting: Setting) => readonly string[]): Check =>
  ({ statements }, setting) =>
    statements.flatMap((statement, at) =>
      words(statement, setting).map((each) => `Statement ${at + 1} ${each}`),
    )

const checks: readonly (readonly [name: string, check: Check])[] = [
  [
    'PUBLIC_ACCESS',
    (document) =>
      publicStatements(document).map(
        (at) => `Statement ${at + 1} grants access to everybody, in every AWS account.`,
      ),
  ],
  ['CALLER_LOCKOUT', callerLockout],
  ['ADMINISTRATOR_LOCKOUT', eachStatement(shutsOutRoot)],
  ['ADMINISTRATOR_READ_LOCKOUT', eachStatement(shutsOutReaders)],
  ['ROTATION_LOCKOUT', eachStatement(shutsOutRotation)],
  ['RESOURCE_ARN', eachStatement(resourceFindings)],
  ['DEFAULT_KMS_KEY', eachStatement(defaultKeyAbroad)],
  ['UNKNOWN_ACTION', eachStatement(unknownActions)],
  ['UNKNOWN_CONDITION_KEY', eachStatement(unknownKeys)],
]

const warnings: ReadonlySet<string> = new Set(['ADMINISTRATOR_READ_LOCKOUT'])

/** Everything that was found, in the order of the checks. */
export const findingsIn = (document: PolicyDocument, setting: Setting): Finding[] =>
  checks.flatMap(([check, find]) =>
    find(document, setting).map((words) => ({ check, words, isWarning: warnings.has(check) })),
  )

function callerLockout(
  _document: PolicyDocument,
  { rooms, secret, text }: Setting,
): readonly string[] {
  if (!secret) return []
  const after = secretWith(secret, { ...secret.record, policy: text })
  return rooms.refusal('secretsmanager:PutResourcePolicy', after)
    ? ['With this policy you could not put another one any more.']
    : []
}

function defaultKeyAbroad(statement: Statement, { secret }: Setting): readonly string[] {
  if (!secret || secret.record.kmsKeyId !== undefined) return []
  return foreignAccounts(statement, secret.account).map(
    (account) =>
      `admits account ${account}, which cannot use the default KMS key that encrypts this secret.`,
  )
}
