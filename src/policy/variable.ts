/**
 * Policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}` and the escapes `${*}`,
 * `${?}`, `${$}`. A substituted value is literal text: a tag that holds `*`, `?` or `${…}` must not
 * widen a policy, so it is neither a wildcard nor expanded again. A variable without a value matches
 * nothing, not even the empty text.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
import type { Context } from './context.ts'
import { foldAscii } from './fold.ts'
import { type Piece, parsePieces } from './pattern.ts'

export interface Variable {
  readonly key: string
  readonly fallback: string | undefined
}

/** A pattern whose variables wait for a request. */
export type Template = readonly (Piece | Variable)[]

export interface TemplateOptions {
  /** Only Version 2012-10-17 knows variables; before it `${…}` is plain text. */
  readonly variables: boolean
  /** Whether `*` and `?` are wildcards here. */
  readonly wildcards: boolean
}

const escapes = new Set(['*', '?', '$'])

export function parseTemplate(text: string, options: TemplateOptions): Template {
  const literal = options.wildcards ? parsePieces : (part: string): Piece[] => (part ? [part] : [])
  const template: (Piece | Variable)[] = []
  let start = 0
  let open = options.variables ? text.indexOf('${') : -1
  while (open >= 0) {
    const end = endOfVariable(text, open + 2)
    if (end < 0) break // never closed: literal text from here on
    template.push(...literal(text.slice(start, open)), parseVariable(text.slice(open + 2, end)))
    start = end + 1
    open = text.indexOf('${', start)
  }
  return joinText([...template, ...literal(text.slice(start))])
}

/** The closing brace, one within a quoted default not counted; -1 if there is none. */
function endOfVariable(text: string, start: number): number {
  let quoted = false
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at)
    if (char === "'") quoted = !quoted
    else if (char === '}' && !quoted) return at
  }
  return -1
}

function parseVariable(body: string): string | Variable {
  if (escapes.has(body)) return body
  const comma = body.indexOf(',')
  if (comma < 0) return { key: foldAscii(body.trim()), fallback: undefined }
  const rest = body.slice(comma + 1).trim()
  const quoted = rest.length >= 2 && rest.startsWith("'") && rest.endsWith("'")
  // A default that is not quoted is no default; the empty key is in no context.
  return quoted
    ? { key: foldAscii(body.slice(0, comma).trim()), fallback: rest.slice(1, -1) }
    : { key: '', fallback: undefined }
}

function joinText(template: Template): Template {
  const joined: (Piece | Variable)[] = []
  for (const piece of template) {
    const last = joined.at(-1)
    if (typeof piece === 'string' && typeof last === 'string') joined.splice(-1, 1, last + piece)
    else joined.push(piece)
  }
  return joined
}

export const isVariable = (piece: Piece | Variable): piece is Variable => typeof piece === 'object'

/** The template with every variable replaced, or `undefined` if one of them has no value. */
export function bind(template: Template, context: Context): Piece[] | undefined {
  const pieces: Piece[] = []
  for (const piece of template) {
    if (!isVariable(piece)) pieces.push(piece)
    else {
      const found = context.get(piece.key) ?? piece.fallback
      if (typeof found !== 'string') return undefined // absent, or a key with several values
      pieces.push(found)
    }
  }
  return pieces
}
