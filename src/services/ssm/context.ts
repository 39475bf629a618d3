/**
 * Condition keys of Parameter Store.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
import type { ContextValue } from '../../policy/context.ts'
import type { Tag } from './records.ts'

export type Context = Readonly<Record<string, ContextValue>>

/** The members of requests that policies can ask for. */
export interface Asked {
  readonly Overwrite?: boolean | undefined
  readonly Recursive?: boolean | undefined
  readonly Policies?: string | undefined
  readonly Tags?: readonly Tag[] | undefined
  readonly TagKeys?: readonly string[] | undefined
}

/** The keys that a request carries. */
export function requestContext(input: Asked): Context {
  const context: Record<string, ContextValue> = Object.create(null)
  if (input.Overwrite !== undefined) context['ssm:Overwrite'] = String(input.Overwrite)
  if (input.Recursive !== undefined) context['ssm:Recursive'] = String(input.Recursive)
  if (input.Policies !== undefined) context['ssm:Policies'] = 'true'
  const tagKeys = input.TagKeys ?? input.Tags?.map(({ Key }) => Key)
  if (tagKeys?.length) context['aws:TagKeys'] = tagKeys
  for (const { Key, Value } of input.Tags ?? []) context[`aws:RequestTag/${Key}`] = Value
  return context
}

/** The keys that a parameter gives. */
export function tagContext(tags: readonly Tag[]): Context {
  const context: Record<string, ContextValue> = Object.create(null)
  for (const { Key, Value } of tags) {
    context[`aws:ResourceTag/${Key}`] = Value
    context[`ssm:resourceTag/${Key}`] = Value
  }
  return context
}
