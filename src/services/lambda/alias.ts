/**
 * Aliases: names that mean a version of a function, and can come to mean another one.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html
 */
import type {
  AliasConfiguration,
  AliasRoutingConfiguration,
} from '../../contract/generated/lambda.ts'
import { Absent } from '../operation.ts'
import { findFunction, settingsOf, type Target } from './function.ts'
import { arnOf, versionIn } from './name.ts'
import { notOffered } from './offered.ts'
import type { AliasRecord, FunctionRecord, Shelf } from './records.ts'
import { fault, type Look } from './service.ts'
import type { FunctionReader } from './store.ts'

export const aliasesMax = 200

export type AliasTarget = Target & { readonly alias: AliasRecord }

/** A function and an alias of it, decided on under the alias' ARN. */
export function findAlias(
  look: Look,
  input: { readonly FunctionName: string; readonly Name: string },
): AliasTarget | Absent {
  const found = findFunction(look, input)
  if (found instanceof Absent) return found
  const { account, context = {} } = found
  const alias = found.record.aliases.find(({ name }) => name === input.Name)
  const arn = arnOf(found.shelf, found.record.name, input.Name)
  if (alias) return { ...found, arn, shown: arn, alias }
  const words = `Cannot find alias arn: ${arn}`
  return new Absent(
    { arn, account, shown: arn, context },
    fault('ResourceNotFoundException', words),
  )
}

export const printAlias = (shelf: Shelf, functionName: string, alias: AliasRecord) =>
  ({
    AliasArn: arnOf(shelf, functionName, alias.name),
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    RevisionId: alias.revisionId,
  }) satisfies AliasConfiguration

/** Throws unless the function has that version. */
export function mustHaveVersion(
  functions: FunctionReader,
  shelf: Shelf,
  record: FunctionRecord,
  version: string,
): void {
  if (settingsOf(functions, shelf, record, version)) return
  throw fault(
    'ResourceNotFoundException',
    `Function not found: ${arnOf(shelf, record.name, version)}`,
  )
}

/** Calls go to one version: they are not shared out between two. */
export function mustBeUnrouted(routing: AliasRoutingConfiguration | undefined): void {
  if (Object.keys(routing?.AdditionalVersionWeights ?? {}).length > 0) {
    throw notOffered('RoutingConfig')
  }
}

/** A name of digits would be a version. */
export function mustBeAliasName(name: string): void {
  if (versionIn(name) === undefined) return
  throw fault('InvalidParameterValueException', `Invalid alias name: ${name}`)
}
