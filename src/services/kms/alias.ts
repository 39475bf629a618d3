/**
 * Aliases: names that point at keys, and can be pointed elsewhere.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html
 */
import type { Absent, Subject } from '../operation.ts'
import { absentAlias, hereOf } from './key.ts'
import { managedPrefix } from './managed.ts'
import { aliasArn, aliasPrefix } from './name.ts'
import type { AliasRecord, Shelf } from './records.ts'
import { fault, type Look } from './service.ts'

/** An alias that exists, found for this call. */
export interface Alias extends Subject {
  readonly shelf: Shelf
  readonly record: AliasRecord
}

/** Throws unless the text may be the name of an alias that people make. */
export function mustBeAlias(name: string): void {
  if (!name.startsWith(aliasPrefix)) {
    throw fault(
      'ValidationException',
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    )
  }
  if (name === aliasPrefix || name.startsWith(managedPrefix)) {
    throw fault(
      'InvalidAliasNameException',
      'Alias names must not be empty, nor begin with alias/aws/, which is reserved.',
    )
  }
}

/** The subject of a call about an alias that is there or shall be. */
export function aliasSubject(look: Look, name: string): Subject {
  const shelf = hereOf(look)
  return {
    arn: aliasArn(shelf, name),
    account: shelf.account,
    type: 'AWS::KMS::Alias',
    context: { 'kms:CallerAccount': look.caller.account },
  }
}

export function findAlias(look: Look, name: string): Alias | Absent {
  const shelf = hereOf(look)
  const record = look.keys.findAlias(shelf, name)
  return record ? { ...aliasSubject(look, name), shelf, record } : absentAlias(shelf, name)
}
