/**
 * Session tags: what is said of a session when it is made, and, for transitive ones, of every session
 * made from it. Keys differ by more than case.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
 */
import type { Caller } from '../../lib/caller.ts'
import type { ContextValue } from '../../policy/context.ts'
import { fault } from './service.ts'

export interface SessionTags {
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
}

interface Asked {
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined
  readonly TransitiveTagKeys?: readonly string[] | undefined
}

const folded = (keys: readonly string[]): Set<string> =>
  new Set(keys.map((key) => key.toLowerCase()))

/** The tags that a request asks for. Throws InvalidParameterValue. */
export function readTags({ Tags = [], TransitiveTagKeys = [] }: Asked): SessionTags {
  const keys = folded(Tags.map(({ Key }) => Key))
  if (keys.size < Tags.length) {
    throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  }
  if (TransitiveTagKeys.some((key) => !keys.has(key.toLowerCase()))) {
    throw invalid('The specified transitive tag key must be included in the requested tags.')
  }
  if ([...keys].some((key) => key.startsWith('aws:'))) {
    throw invalid('Tag keys must not begin with aws:, which is reserved.')
  }
  return {
    tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    transitiveTagKeys: TransitiveTagKeys,
  }
}

const invalid = (words: string) => fault('InvalidParameterValue', words)

/** The asked tags, and those that the caller's own session hands on. Throws InvalidParameterValue. */
export function inheritTags({ tags, session }: Caller, asked: SessionTags): SessionTags {
  const inheritedKeys = session?.transitiveTagKeys ?? []
  const askedKeys = folded(Object.keys(asked.tags))
  if (inheritedKeys.some((key) => askedKeys.has(key.toLowerCase()))) {
    throw invalid(
      "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.",
    )
  }
  const inherited = inheritedKeys.map((key): [string, string] => [key, tags[key] ?? ''])
  return {
    tags: { ...Object.fromEntries(inherited), ...asked.tags },
    transitiveTagKeys: [...inheritedKeys, ...asked.transitiveTagKeys],
  }
}

/** The condition keys by which a policy asks for the tags of a request. */
export function tagContext({ tags, transitiveTagKeys }: SessionTags): Record<string, ContextValue> {
  const keys = Object.keys(tags)
  const context: Record<string, ContextValue> = {}
  for (const key of keys) context[`aws:RequestTag/${key}`] = tags[key] ?? ''
  if (keys.length > 0) context['aws:TagKeys'] = keys
  if (transitiveTagKeys.length > 0) context['sts:TransitiveTagKeys'] = transitiveTagKeys
  return context
}
