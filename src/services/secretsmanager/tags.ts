/**
 * Tags on secrets.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/managing-secrets_tagging.html
 */
import type { ContextValue } from '../../policy/context.ts'
import { fault } from './service.ts'
import type { Tag } from './store.ts'

const tagsMax = 50

/** Throws for tags that AWS does not take: reserved, twice, too many. */
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
  if (keys.length > tagsMax) {
    throw fault('InvalidParameterException', `A secret can have at most ${tagsMax} tags.`)
  }
}

/** The keys by which policies ask for the tags of a request. */
export function requestTagContext(tags: readonly Tag[] = []): Record<string, ContextValue> {
  if (tags.length === 0) return {}
  const context: Record<string, ContextValue> = {
    'aws:TagKeys': tags.map((tag) => tag.Key ?? ''),
  }
  for (const { Key = '', Value = '' } of tags) context[`aws:RequestTag/${Key}`] = Value
  return context
}
