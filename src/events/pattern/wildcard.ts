/**
 * Wildcards: `*` stands for any run of characters, `\*` and `\\` for themselves. Runs are looked for
 * from left to right and never twice, so that no pattern makes a match dear.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
 */
import { InvalidPattern } from './invalid.ts'

/** More of them is where AWS begins to find a rule too complex; it counts otherwise, and more finely. */
const wildcardsMax = 5

/** The texts between the wildcards. Throws InvalidPattern. */
function cut(pattern: string): string[] {
  const pieces = ['']
  const end = () => pieces.length - 1
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at)
    if (char === '\\') {
      const next = pattern.charAt(++at)
      if (next !== '*' && next !== '\\') {
        throw new InvalidPattern(`Invalid escape character at pos ${at - 1}`)
      }
      pieces[end()] += next
    } else if (char !== '*') {
      pieces[end()] += char
    } else if (pattern.charAt(at - 1) === '*' && pieces[end()] === '') {
      throw new InvalidPattern(`Consecutive wildcard characters at pos ${at}`)
    } else {
      pieces.push('')
    }
  }
  return pieces
}

/** Throws InvalidPattern. */
export function readWildcard(pattern: string): (text: string) => boolean {
  const pieces = cut(pattern)
  if (pieces.length - 1 > wildcardsMax) {
    throw new InvalidPattern(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    )
  }
  if (pattern === '') return () => false
  const [first = '', ...rest] = pieces
  const last = rest.pop()
  if (last === undefined) return (text) => text === first
  return (text) => holds(text, first, rest, last)
}

function holds(text: string, first: string, middle: readonly string[], last: string): boolean {
  if (text.length < first.length + last.length) return false
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  const end = text.length - last.length
  let from = first.length
  for (const piece of middle) {
    const at = text.indexOf(piece, from)
    if (at < 0 || at + piece.length > end) return false
    from = at + piece.length
  }
  return true
}
