/**
 * Filter patterns over messages: nothing (everything fits), words, or an expression over JSON. The
 * form for columns (`[a, b]`) and regular expressions are refused.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { badPattern, readExpression } from './expression.ts'
import { fault } from './service.ts'

/** Whether a message fits. */
export type Matches = (message: string) => boolean

/** Reads a pattern once for many messages. Throws InvalidParameterException. */
export function readPattern(text = ''): Matches {
  const pattern = text.trim()
  if (pattern === '') return () => true
  if (pattern.startsWith('[')) throw notOffered('for columns')
  if (pattern.startsWith('%')) throw notOffered('of regular expressions')
  if (!pattern.startsWith('{')) return readWords(pattern)
  if (!pattern.endsWith('}')) throw badPattern()
  const fits = readExpression(pattern.slice(1, -1))
  return (message) => {
    const value = jsonIn(message)
    return value !== undefined && fits(value)
  }
}

const notOffered = (what: string) =>
  fault('InvalidParameterException', `The form of filter patterns ${what} is not offered here.`)

function jsonIn(message: string): unknown {
  if (!/^\s*[{[]/.test(message)) return undefined
  try {
    return JSON.parse(message)
  } catch {
    return undefined // a message that is no JSON fits no expression
  }
}

const word = /([?-]?)("(?:[^"\\]|\\.)*"|[^\s"]+)\s*/y

/** All plain words, none with a minus, and one at least of those with a question mark. */
function readWords(pattern: string): Matches {
  const all: string[] = []
  const none: string[] = []
  const any: string[] = []
  const kinds = new Map([
    ['', all],
    ['-', none],
    ['?', any],
  ])
  word.lastIndex = 0
  while (word.lastIndex < pattern.length) {
    const [, kind = '', text] = word.exec(pattern) ?? []
    if (text === undefined) throw badPattern()
    kinds.get(kind)?.push(text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text)
  }
  return (message) =>
    all.every((each) => message.includes(each)) &&
    !none.some((each) => message.includes(each)) &&
    (any.length === 0 || any.some((each) => message.includes(each)))
}
