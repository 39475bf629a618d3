/** Tags on functions. Versions and aliases have none. */
import type { ContextValue } from '../../policy/context.ts'
import { Absent } from '../operation.ts'
import { findTarget, type Target } from './function.ts'
import { readName } from './name.ts'
import type { Tag } from './records.ts'
import { fault, type Look } from './service.ts'

const tagsMax = 50
const keyCharsMax = 128
const valueCharsMax = 256

type Tags = Readonly<Record<string, string>>

/** The tags of a request. Throws for those that AWS does not take. */
export function readTags(tags: Tags = {}): readonly Tag[] {
  const read = Object.entries(tags).map(([key, value]) => ({ key, value }))
  if (!read.every(isFit)) {
    throw invalid('1 or more tags are not valid: keys have 1 to 128 characters, values up to 256.')
  }
  if (read.some(({ key }) => /^aws:/i.test(key))) {
    throw invalid('System tags cannot be added or updated by requester')
  }
  return mustBeFew(read)
}

const isFit = ({ key, value }: Tag): boolean =>
  key.length > 0 && key.length <= keyCharsMax && value.length <= valueCharsMax

export function mustBeFew(tags: readonly Tag[]): readonly Tag[] {
  if (tags.length <= tagsMax) return tags
  throw invalid('Number of tags exceeds resource tag limit.')
}

const invalid = (words: string) => fault('InvalidParameterValueException', words)

/** As answers tell them; `undefined` where there are none. */
export function printTags(tags: readonly Tag[]): Tags | undefined {
  if (tags.length === 0) return undefined
  return Object.assign(
    Object.create(null),
    Object.fromEntries(tags.map(({ key, value }) => [key, value])),
  )
}

/** Condition keys of a request that brings tags, or names them. */
export function askedContext(tags: Tags = {}, keys = Object.keys(tags)) {
  const context: Record<string, ContextValue> = Object.create(null)
  for (const [key, value] of Object.entries(tags)) context[`aws:RequestTag/${key}`] = value
  if (keys.length > 0) context['aws:TagKeys'] = keys
  return context
}

/** The function behind an ARN that may have tags. */
export function findTagged(
  look: Look,
  arn: string,
  asked: Readonly<Record<string, ContextValue>> = {},
): Target | Absent {
  const { qualifier } = readName(look, arn)
  if (qualifier !== undefined) {
    throw invalid(
      'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    )
  }
  const target = findTarget(look, { FunctionName: arn })
  const context = { ...asked, ...target.context }
  if (!(target instanceof Absent)) return { ...target, context }
  return new Absent({ ...target, context }, target.fault)
}
