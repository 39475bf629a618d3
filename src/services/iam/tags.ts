/**
 * Tags. Those of users and roles keep the case of their keys and are not told apart by it; those of
 * everything else are.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
 */
import type { ContextValue } from '../../policy/context.ts'
import { type PageInput, pageOfList } from './page.ts'
import type { Kind, Tag } from './records.ts'
import { fault } from './service.ts'

const tagsMax = 50

const folded = (key: string): string => key.toLowerCase()

/** As condition keys and session tags want them. */
export const tagValues = (tags: readonly Tag[]): Readonly<Record<string, string>> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]))

/** A session's tags stand in place of its role's, whatever the case of their keys. */
export function mergedTags(
  own: Readonly<Record<string, string>>,
  session: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const overridden = new Set(Object.keys(session).map(folded))
  const kept = Object.entries(own).filter(([key]) => !overridden.has(folded(key)))
  return Object.fromEntries([...kept, ...Object.entries(session)])
}

/** How a kind of thing tells tag keys apart. */
interface Rule {
  fold(key: string): string
  readonly words: string
}

const duplicate = 'Duplicate tag keys found.'
const caseless: Rule = {
  fold: folded,
  words: `${duplicate} Please note that Tag keys are case insensitive.`,
}
const cased: Rule = { fold: (key) => key, words: duplicate }

/** What may be tagged. */
export type TaggedKind = Exclude<Kind, 'group'> | 'provider'

const rules: Readonly<Record<TaggedKind, Rule>> = {
  user: caseless,
  role: caseless,
  policy: cased,
  profile: cased,
  provider: cased,
}

/** Tags as they are given at creation. Throws InvalidInput for a key that occurs twice. */
export function fitTags(kind: TaggedKind, tags: readonly Tag[] = []): readonly Tag[] {
  const { fold, words } = rules[kind]
  const keys = tags.map(({ Key }) => fold(Key))
  if (new Set(keys).size < keys.length) throw fault('InvalidInput', words)
  mustNotBeReserved(keys)
  return tags.map(({ Key, Value }) => ({ Key, Value }))
}

function mustNotBeReserved(keys: readonly string[]): void {
  if (!keys.some((key) => folded(key).startsWith('aws:'))) return
  throw fault('InvalidInput', 'Tag keys beginning with aws: are reserved for AWS use.')
}

/** The tags with these added or replaced. Throws LimitExceeded for more than a thing may have. */
export function withTags(
  kind: TaggedKind,
  before: readonly Tag[],
  added: readonly Tag[],
): readonly Tag[] {
  const fit = fitTags(kind, added)
  const keys = fit.map(({ Key }) => Key)
  const tags = [...withoutTags(kind, before, keys), ...fit]
  if (tags.length <= tagsMax) return tags
  throw fault('LimitExceeded', 'The number of tags has reached the maximum limit.')
}

export function withoutTags(
  kind: TaggedKind,
  before: readonly Tag[],
  keys: readonly string[],
): readonly Tag[] {
  const { fold } = rules[kind]
  const removed = new Set(keys.map(fold))
  return before.filter(({ Key }) => !removed.has(fold(Key)))
}

/** A page of tags, by key. */
export function tagPage(tags: readonly Tag[], input: PageInput) {
  const { page, rest } = pageOfList(tags, input, ({ Key }) => Key)
  return { Tags: page, ...rest }
}

type Context = Readonly<Record<string, ContextValue>>

/** The keys by which policies ask for the tags of a request. */
export function requestTags(tags: readonly Tag[] = []): Context {
  if (tags.length === 0) return {}
  return {
    ...keyed('aws:RequestTag', tags),
    'aws:TagKeys': tags.map(({ Key }) => Key),
  }
}

export const requestTagKeys = (keys: readonly string[]): Context => ({ 'aws:TagKeys': keys })

/** The keys by which policies ask for the tags of a thing. */
export const resourceTags = (tags: readonly Tag[]): Context => ({
  ...keyed('aws:ResourceTag', tags),
  ...keyed('iam:ResourceTag', tags),
})

const keyed = (prefix: string, tags: readonly Tag[]): Context =>
  Object.fromEntries(tags.map(({ Key, Value }) => [`${prefix}/${Key}`, Value]))

/** The member of an answer, which is left out where there are none. */
export const shownTags = (tags: readonly Tag[]) => (tags.length > 0 ? { Tags: tags } : {})
