/** Tags of rules and buses. */
import type { Tag } from '../../events/records.ts'
import type { ContextValue } from '../../policy/context.ts'
import { fault } from './service.ts'

const tagsMax = 50

/** The tags with these among them; a key that was there gets the new value. Throws for too many. */
export function withTags(tags: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const keys = new Set(added.map(({ Key }) => Key))
  if (keys.size < added.length) throw fault('ValidationException', 'Tag keys must be unique.')
  if (added.some(({ Key }) => /^aws:/i.test(Key))) {
    throw fault('ValidationException', 'Tag keys must not begin with aws:.')
  }
  const after = [...tags.filter(({ Key }) => !keys.has(Key)), ...added]
  if (after.length <= tagsMax) return after
  throw fault(
    'LimitExceededException',
    'The requested resource exceeds the maximum number allowed.',
  )
}

/** What is there already may be said again; tags that differ would not be set, and are refused. */
export function mustBeSameTags(tags: readonly Tag[], said: readonly Tag[]): void {
  const known = new Map(tags.map(({ Key, Value }) => [Key, Value]))
  if (said.every(({ Key, Value }) => known.get(Key) === Value)) return
  throw fault('ValidationException', 'Tags of a rule that is there are set by TagResource.')
}

export const tagContext = (tags: readonly Tag[]): Record<string, ContextValue> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [`aws:ResourceTag/${Key}`, Value]))

/** Condition keys of a request that brings tags, or names them. */
export function askedContext(tags: readonly Tag[] = [], keys = tags.map(({ Key }) => Key)) {
  const context: Record<string, ContextValue> = Object.create(null)
  for (const { Key, Value } of tags) context[`aws:RequestTag/${Key}`] = Value
  if (keys.length > 0) context['aws:TagKeys'] = keys
  return context
}
