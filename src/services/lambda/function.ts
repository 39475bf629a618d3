/** A function as operations see it, and the rules that several of them share. */
import { once } from '../../lib/once.ts'
import { type CompiledPolicy, compilePolicy } from '../../policy/compile.ts'
import type { ContextValue } from '../../policy/context.ts'
import { readPolicy } from '../../policy/document.ts'
import { Absent, type Subject } from '../operation.ts'
import { arnOf, latest, type Named, readName, versionIn } from './name.ts'
import { policyText } from './policy.ts'
import type { FunctionRecord, PolicyRecord, Settings, Shelf } from './records.ts'
import { fault, type Look } from './service.ts'
import type { FunctionReader } from './store.ts'

export const functionType = 'AWS::Lambda::Function'

/** A function that exists, found for this call. */
export interface Target extends Subject {
  readonly shelf: Shelf
  readonly record: FunctionRecord
  /** As it was asked for. */
  readonly qualifier: string | undefined
  /** What the qualifier means; `$LATEST` if there was none. */
  readonly settings: Settings
}

interface Asked {
  readonly FunctionName: string
  readonly Qualifier?: string | undefined
}

/** The function, or the version or alias of it, that a request means; or its absence. */
export function findTarget(look: Look, input: Asked): Target | Absent {
  const named = readName(look, input.FunctionName, input.Qualifier)
  const { shelf, name, qualifier } = named
  const record = look.functions.find(shelf, name)
  const settings = record && settingsOf(look.functions, shelf, record, qualifier)
  if (!record || !settings) return absent(named, record)
  const policy = look.functions.findPolicy(shelf, record, policyKey(qualifier))
  return targetOf(named, record, settings, policy)
}

/** As `findTarget`, for operations on a function as a whole. */
export function findFunction(look: Look, input: Asked): Target | Absent {
  const { qualifier } = readName(look, input.FunctionName, input.Qualifier)
  if (qualifier === undefined || qualifier === latest) return findTarget(look, input)
  throw fault(
    'InvalidParameterValueException',
    'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
  )
}

/** A function's own policy stands under `$LATEST`, which has none of its own. */
export const policyKey = (qualifier: string | undefined): string => qualifier ?? latest

function targetOf(
  { shelf, name, qualifier }: Named,
  record: FunctionRecord,
  settings: Settings,
  policy: PolicyRecord | undefined,
): Target {
  const arn = arnOf(shelf, name, qualifier)
  const compiled = policy && compiledOf(policy, arn)
  const context = tagContext(record)
  const { account } = shelf
  return {
    ...{ arn, account, shown: arn, shelf, record, qualifier, settings, context },
    ...(compiled && { policy: compiled }),
    type: functionType,
  }
}

/** The version that a qualifier means now. */
export function settingsOf(
  functions: FunctionReader,
  shelf: Shelf,
  record: FunctionRecord,
  qualifier: string | undefined,
): Settings | undefined {
  if (qualifier === undefined || qualifier === latest) return record.latest
  const alias = record.aliases.find(({ name }) => name === qualifier)
  const version = alias ? alias.version : qualifier
  if (version === latest) return record.latest
  const number = versionIn(version)
  return number === undefined ? undefined : functions.findVersion(shelf, record, number)
}

function absent({ shelf, name, qualifier }: Named, record: FunctionRecord | undefined): Absent {
  const arn = arnOf(shelf, name, qualifier)
  const isAlias = record && qualifier !== undefined && versionIn(qualifier) === undefined
  const words = isAlias ? `Cannot find alias arn: ${arn}` : `Function not found: ${arn}`
  const { account } = shelf
  const context = record ? tagContext(record) : {}
  return new Absent(
    { arn, account, shown: arn, context },
    fault('ResourceNotFoundException', words),
  )
}

function tagContext({ tags }: FunctionRecord): Record<string, ContextValue> {
  const context: Record<string, ContextValue> = Object.create(null)
  for (const { key, value } of tags) context[`aws:ResourceTag/${key}`] = value
  return context
}

/** A resource policy, compiled once for each record that was read. */
export const compiledOf = once((record: PolicyRecord, name: string): CompiledPolicy => {
  const document = readPolicy(policyText(record), 'resource')
  return compilePolicy(document, { kind: 'resource', name })
})

/** Throws if a caller changes something else than what it last saw. */
export function mustBeRevision(asked: string | undefined, revisionId: string | undefined): void {
  if (asked === undefined || asked === revisionId) return
  throw fault(
    'PreconditionFailedException',
    'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
  )
}
