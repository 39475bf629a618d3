/** The parameter that a tagging call means: these calls have words of their own for its absence. */
import { Absent } from '../operation.ts'
import type { Asked } from './context.ts'
import { findWhole, type Parameter } from './parameter.ts'
import { fault, type Look } from './service.ts'
import { mustBeAboutParameters } from './tags.ts'

interface Tagging extends Asked {
  readonly ResourceType: string
  readonly ResourceId: string
}

export function findTagged(look: Look, input: Tagging): Parameter | Absent {
  mustBeAboutParameters(input.ResourceType)
  const found = findWhole(look, input.ResourceId, input)
  if (!(found instanceof Absent)) return found
  const { arn, account, shown, context } = found
  const subject = { arn, account, shown, ...(context && { context }) }
  return new Absent(subject, absent(input.ResourceId))
}

const absent = (id: string) =>
  fault('InvalidResourceId', `The resource ID "${id}" is not valid. Verify the ID and try again.`)
