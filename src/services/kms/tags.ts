/**
 * Tags on keys.
 *
 * https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html
 */
import type { ContextValue } from '../../policy/context.ts'
import type { Tag } from './records.ts'
import { fault } from './service.ts'

const tagsMax = 50

/** Throws TagException for tags that AWS does not take: twice, reserved. */
export function mustHaveFitTags(tags: readonly Tag[] = []): void {
  const names = tags.map((tag) => tag.TagKey)
  if (names.some((name) => /^aws:/i.test(name))) {
    throw fault('TagException', 'Tags beginning with aws: are reserved')
  }
  if (new Set(names).size < names.length) throw fault('TagException', 'Duplicate tag keys')
  mustNotBeTooMany(tags)
}

export function mustNotBeTooMany(tags: readonly Tag[]): void {
  if (tags.length > tagsMax) throw fault('TagException', 'Too many tags')
}

/** The keys by which policies ask for a key's tags. */
export function tagContext(tags: readonly Tag[]): Record<string, ContextValue> {
  const context: Record<string, ContextValue> = {}
  for (const { TagKey, TagValue } of tags) context[`aws:ResourceTag/${TagKey}`] = TagValue
  return context
}

/** The keys by which policies ask for the tags of a request. */
export function requestTagContext(tags: readonly Tag[] = []): Record<string, ContextValue> {
  if (tags.length === 0) return {}
  const context: Record<string, ContextValue> = { 'aws:TagKeys': tags.map((tag) => tag.TagKey) }
  for (const { TagKey, TagValue } of tags) context[`aws:RequestTag/${TagKey}`] = TagValue
  return context
}
