/** Tags on parameters. */
import type { Tag } from './records.ts'
import { fault } from './service.ts'

const tagsMax = 50

/** Throws for tags that AWS does not take: reserved, or twice. */
export function mustHaveFitTags(tags: readonly Tag[]): void {
  const keys = tags.map(({ Key }) => Key)
  if (keys.some((key) => /^aws:/i.test(key))) {
    throw fault('ValidationException', 'Tag keys that begin with aws: are reserved for AWS use.')
  }
  if (new Set(keys).size < keys.length) {
    throw fault('ValidationException', 'Tag keys must be unique.')
  }
  mustBeFew(tags)
}

/** The tags with these among them; a key that was there gets the new value. */
export function withTags(tags: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const keys = new Set(added.map(({ Key }) => Key))
  const after = [...tags.filter(({ Key }) => !keys.has(Key)), ...added]
  mustBeFew(after)
  return after
}

function mustBeFew(tags: readonly Tag[]): void {
  if (tags.length <= tagsMax) return
  throw fault('ValidationException', `A parameter can have at most ${tagsMax} tags.`)
}

/** Tagging calls of Systems Manager know many kinds of things; here there are parameters alone. */
export function mustBeAboutParameters(resourceType: string): void {
  if (resourceType !== 'Parameter') throw fault('ValidationException', 'Invalid resource type.')
}
