/** Tags as calls bring them, as records keep them, and as policies ask for them. */
import type { Tag } from '../../contract/generated/cloudwatch.ts'
import type { Tags } from './records.ts'
import { fault } from './service.ts'

const tagsMax = 50

/** Throws when they are too many. */
export function tagsOf(tags: readonly Tag[] = [], before: Tags = {}): Tags {
  const found: Record<string, string> = { ...before }
  for (const { Key, Value } of tags) {
    if (Key.startsWith('aws:') || Key === '__proto__') {
      throw fault(
        'InvalidParameterValueException',
        'A tag key must not begin with aws: or be reserved.',
      )
    }
    found[Key] = Value
  }
  if (Object.keys(found).length <= tagsMax) return found
  throw fault('InvalidParameterValueException', `There can be at most ${tagsMax} tags.`)
}

export const shownTags = (tags: Tags): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** Condition keys of the tags that a thing has. */
export function tagContext(tags: Tags): Record<string, string> {
  const context: Record<string, string> = Object.create(null)
  for (const [key, value] of Object.entries(tags)) context[`aws:ResourceTag/${key}`] = value
  return context
}

/** Condition keys of tags that a request brings. */
export function requestTags(tags: readonly Tag[] = []): Record<string, string | string[]> {
  const context: Record<string, string | string[]> = Object.create(null)
  if (tags.length > 0) context['aws:TagKeys'] = tags.map(({ Key }) => Key)
  for (const { Key, Value } of tags) context[`aws:RequestTag/${Key}`] = Value
  return context
}
