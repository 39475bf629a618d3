/**
 * Where the statements of a policy stand in its text, by line and column from 1: the answers of the
 * simulator point at them. The text was read as JSON before.
 */
export interface Position {
  readonly Line: number
  readonly Column: number
}

export interface Range {
  readonly StartPosition: Position
  readonly EndPosition: Position
}

/** The ranges of a policy's statements, in their order. */
export function statementRanges(text: string): Range[] {
  const start = endOfKey(text)
  if (start === undefined) return []
  const isList = text[start] === '['
  const ranges: Range[] = []
  for (const [from, to] of objectsIn(text, isList ? start + 1 : start)) {
    ranges.push({ StartPosition: positionOf(text, from), EndPosition: positionOf(text, to) })
    if (!isList) break
  }
  return ranges
}

/** The place of the value behind the document's own `Statement`, however its name is escaped. */
function endOfKey(text: string): number | undefined {
  let depth = 0
  for (const { at, end } of tokens(text)) {
    const char = text[at]
    if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    else if (depth === 1 && JSON.parse(text.slice(at, end)) === 'Statement') {
      const value = /\s*:\s*/y
      value.lastIndex = end
      if (value.test(text)) return value.lastIndex
    }
  }
  return undefined
}

/** First and last place of each object up to the end of the list that it is in. */
function* objectsIn(text: string, start: number): Generator<[from: number, to: number]> {
  let depth = 0
  let from = start
  for (const { at } of tokens(text, start)) {
    const char = text[at]
    if (char === '{' && depth === 0) from = at
    if (char === '{' || char === '[') depth++
    if (char !== '}' && char !== ']') continue
    depth--
    if (depth < 0) return
    if (depth === 0) yield [from, at]
  }
}

/** Brackets and strings: all that structure needs. */
function* tokens(text: string, start = 0): Generator<{ at: number; end: number }> {
  const token = /[{}[\]]|"(?:[^"\\]|\\.)*"/g
  token.lastIndex = start
  for (let match = token.exec(text); match; match = token.exec(text)) {
    yield { at: match.index, end: token.lastIndex }
  }
}

function positionOf(text: string, at: number): Position {
  const before = text.slice(0, at).split('\n')
  return { Line: before.length, Column: (before.at(-1)?.length ?? 0) + 1 }
}
