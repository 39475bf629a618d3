/**
 * Patterns over ARNs: a star stays within its field, only the sixth field holds further colons.
 * `arn:aws:s3:*:111122223333:x` therefore never matches an ARN of another account whose resource
 * part was chosen to contain `:111122223333:x`.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
 */
import type { Context } from './context.ts'
import { anyRun, compileGlob, type Meter, matchGlob, type Piece } from './pattern.ts'
import { bind, isVariable, type Template, type Variable } from './variable.ts'

const fieldsCount = 6

/** Matches one text; `context` gives the variables their values. */
export type TextMatcher = (text: string, context: Context, meter: Meter) => boolean

/** A matcher of whole texts, colons without meaning. */
export function compileText(template: Template): TextMatcher {
  if (!template.some(isVariable)) {
    const glob = compileGlob(template as readonly Piece[])
    return (text, _context, meter) => matchGlob(glob, text, meter)
  }
  return (text, context, meter) => {
    const pieces = bind(template, context)
    return pieces !== undefined && matchGlob(compileGlob(pieces), text, meter)
  }
}

/**
 * A matcher of ARNs. The template is cut at its own colons, before variables get values, so that a
 * value with a colon cannot push a wildcard into another field.
 */
export function compileFields(fields: readonly Template[]): TextMatcher {
  const head = fields.slice(0, fieldsCount - 1)
  if (head.every((field) => field.every((piece) => typeof piece === 'string'))) {
    return compileText(joinFields(fields)) // literal up to the fifth colon: the fields line up anyway
  }
  const matchers = fields.map(compileText)
  return (text, context, meter) => {
    const parts = cutText(text)
    return (
      parts !== undefined && matchers.every((match, at) => match(parts[at] ?? '', context, meter))
    )
  }
}

const joinFields = (fields: readonly Template[]): Template =>
  fields.flatMap((field, at) => (at === 0 ? field : [':', ...field]))

/** The fields of a template, at most six. */
export function cutFields(template: Template): Template[] {
  let field: (Piece | Variable)[] = []
  const fields = [field]
  for (const piece of template) {
    let rest = piece
    while (typeof rest === 'string' && fields.length < fieldsCount) {
      const colon = rest.indexOf(':')
      if (colon < 0) break
      if (colon > 0) field.push(rest.slice(0, colon))
      rest = rest.slice(colon + 1)
      field = []
      fields.push(field)
    }
    if (rest !== '') field.push(rest)
  }
  return fields
}

/** The six fields of an ARN, `undefined` for any other text. */
export function cutText(text: string): string[] | undefined {
  const parts: string[] = []
  let start = 0
  for (let field = 1; field < fieldsCount; field++) {
    const colon = text.indexOf(':', start)
    if (colon < 0) return undefined
    parts.push(text.slice(start, colon))
    start = colon + 1
  }
  parts.push(text.slice(start))
  return parts[0] === 'arn' ? parts : undefined
}

export const isWhole = (fields: readonly Template[]): boolean => fields.length === fieldsCount

/** AWS completes a short ARN in an identity policy: `arn:aws:sqs` means `arn:aws:sqs:*:*:*`. */
export const completeFields = (fields: readonly Template[]): Template[] =>
  Array.from({ length: fieldsCount }, (_, at) => fields[at] ?? [anyRun])

/** A pattern that compares exactly one text. */
export const isLiteral = (template: Template): boolean =>
  template.every((piece) => typeof piece === 'string' || isVariable(piece))
