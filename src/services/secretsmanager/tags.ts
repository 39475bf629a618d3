/**
 * Tags on secrets. A change of tags can cost the caller the permission by which it made the change;
 * such a change is refused, since nobody could take it back.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/managing-secrets_tagging.html
 */
import type { Tag } from './records.ts'
import { fault } from './service.ts'

const tagsMax = 50

/** Throws for tags that AWS does not take: reserved, or twice. */
export function mustHaveFitTags(tags: readonly Tag[] = []): void {
  const keys = tags.map((tag) => tag.Key ?? '')
  if (keys.some((key) => /^aws:/i.test(key))) {
    throw fault(
      'InvalidParameterException',
      'Tag keys that begin with aws: are reserved for AWS use.',
    )
  }
  if (new Set(keys).size < keys.length) {
    throw fault('InvalidParameterException', 'Tag keys must be unique.')
  }
  mustBeFew(tags)
}

/** The tags with these among them; a key that was there gets the new value. */
export function withTags(tags: readonly Tag[] = [], added: readonly Tag[]): readonly Tag[] {
  const keys = new Set(added.map(({ Key }) => Key))
  const after = [...tags.filter(({ Key }) => !keys.has(Key)), ...added]
  mustBeFew(after)
  return after
}

/** The tags without these keys. A secret that was tagged once keeps an empty list. */
export function withoutTags(
  tags: readonly Tag[] | undefined,
  keys: readonly string[],
): readonly Tag[] | undefined {
  return tags?.filter(({ Key = '' }) => !keys.includes(Key))
}

function mustBeFew(tags: readonly Tag[]): void {
  if (tags.length <= tagsMax) return
  throw fault('InvalidParameterException', `A secret can have at most ${tagsMax} tags.`)
}
