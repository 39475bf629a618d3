/** Tags of trails. */
import type { Tag } from './records.ts'
import { fault } from './service.ts'

const tagsMax = 50

/** The tags with these among them; a key that was there gets the new value. Throws for too many. */
export function withTags(tags: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const keys = new Set(added.map(({ Key }) => Key))
  if (keys.size < added.length) {
    throw fault('InvalidTagParameterException', 'Tag keys must be unique.')
  }
  if (added.some(({ Key }) => /^aws:/i.test(Key))) {
    throw fault('InvalidTagParameterException', 'Tag keys must not begin with aws:.')
  }
  const after = [...tags.filter(({ Key }) => !keys.has(Key)), ...added]
  if (after.length > tagsMax) {
    throw fault('TagsLimitExceededException', `A trail can have at most ${tagsMax} tags.`)
  }
  return after
}

/** Those without any of these keys. */
export const withoutTags = (tags: readonly Tag[], removed: readonly Tag[]): readonly Tag[] =>
  tags.filter(({ Key }) => !removed.some((each) => each.Key === Key))
