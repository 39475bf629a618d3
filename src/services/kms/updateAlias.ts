/**
 * Points an alias at another key of the same kind.
 *
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html
 */
import { Absent } from '../operation.ts'
import { findAlias, mustBeAlias } from './alias.ts'
import { mustAlso } from './also.ts'
import { findKey } from './key.ts'
import { fault, operation } from './service.ts'
import { mustNotBePendingDeletion } from './state.ts'
import type { Key } from './subject.ts'

export const updateAlias = operation('UpdateAlias', {
  action: 'kms:UpdateAlias',

  touches(look, input) {
    mustBeAlias(input.AliasName)
    return findAlias(look, input.AliasName)
  },

  run(rooms, { AliasName: name, TargetKeyId }, { shelf, record: alias }) {
    const before = findKey(rooms, { KeyId: alias.keyId })
    const target = mustAlso(rooms, 'kms:UpdateAlias', findKey(rooms, { KeyId: TargetKeyId }))
    if (!(before instanceof Absent)) {
      mustAlso(rooms, 'kms:UpdateAlias', before)
      mustBeAlike(before, target)
    }
    mustNotBePendingDeletion(target)
    if (target.record.id === alias.keyId) return {}
    if (!(before instanceof Absent)) {
      const { record } = before
      const aliases = record.aliases.filter((each) => each !== name)
      rooms.keys.put(shelf, { ...record, aliases }, record)
    }
    const { record } = target
    rooms.keys.put(shelf, { ...record, aliases: [...record.aliases, name].sort() }, record)
    rooms.keys.putAlias(shelf, { ...alias, keyId: record.id, changedAt: rooms.draws.at })
    return {}
  },
})

/** What was sealed under the one name must not be opened by another kind of key. */
function mustBeAlike({ record: a }: Key, { record: b }: Key): void {
  if (a.usage === b.usage && familyOf(a.spec) === familyOf(b.spec)) return
  throw fault(
    'ValidationException',
    'The current and the new key of an alias must be of the same type and have the same key usage.',
  )
}

const familyOf = (spec: string): string =>
  spec === 'SYMMETRIC_DEFAULT' || spec.startsWith('HMAC') ? spec.slice(0, 4) : 'asymmetric'
