/**
 * The JSON form of a filter pattern: `{ $.level = "error" && ($.code >= 500 || $.path = "/a*") }`.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
import { fault } from './service.ts'

/** Whether a message that is JSON fits. */
export type Fits = (value: unknown) => boolean

const depthMax = 20
const token = /\s*(&&|\|\||!=|<=|>=|[()=<>]|"(?:[^"\\]|\\.)*"|\$[\w.[\]*-]*|[^\s()&|=<>!"]+)/y

/** Reads an expression without its braces. Throws InvalidParameterException. */
export function readExpression(text: string): Fits {
  const words = wordsIn(text)
  const fits = new Reader(words).whole()
  return fits
}

function wordsIn(text: string): string[] {
  const words: string[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.trimEnd().length) {
    const [, word] = token.exec(text) ?? []
    if (word === undefined) throw badPattern()
    words.push(word)
  }
  return words
}

export const badPattern = () => fault('InvalidParameterException', 'Invalid filter pattern')

type Compare = (found: unknown, wanted: string) => boolean

const numeric =
  (holds: (a: number, b: number) => boolean): Compare =>
  (found, wanted) => {
    const isNumber = typeof found === 'number' && wanted.trim() !== ''
    return isNumber && holds(found, Number(wanted))
  }

const equals: Compare = (found, wanted) => {
  if (typeof found === 'number' && !wanted.startsWith('"')) return found === Number(wanted)
  return typeof found === 'string' && hasForm(found, unquoted(wanted).split('*'))
}

const comparisons: ReadonlyMap<string, Compare> = new Map<string, Compare>([
  ['=', equals],
  ['!=', (found, wanted) => found !== undefined && !equals(found, wanted)],
  ['<', numeric((a, b) => a < b)],
  ['<=', numeric((a, b) => a <= b)],
  ['>', numeric((a, b) => a > b)],
  ['>=', numeric((a, b) => a >= b)],
])

const states: ReadonlyMap<string, Fits> = new Map<string, Fits>([
  ['TRUE', (found) => found === true],
  ['FALSE', (found) => found === false],
  ['NULL', (found) => found === null],
])

/** Whether a text consists of these parts, with anything between them. Each part is looked for once. */
function hasForm(text: string, parts: readonly string[]): boolean {
  const [first = '', ...others] = parts
  if (others.length === 0) return text === first
  const last = others.pop() ?? ''
  if (!text.startsWith(first) || !text.endsWith(last)) return false
  let at = first.length
  for (const part of others) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return at <= text.length - last.length
}

const unquoted = (word: string): string =>
  word.startsWith('"') ? word.slice(1, -1).replace(/\\(.)/g, '$1') : word

/** or = and (|| and)*; and = one (&& one)*; one = ( or ) | $.path comparison. */
class Reader {
  readonly #words: readonly string[]
  #at = 0
  #depth = 0

  constructor(words: readonly string[]) {
    this.#words = words
  }

  whole(): Fits {
    const fits = this.#or()
    if (this.#at < this.#words.length) throw badPattern()
    return fits
  }

  #or(): Fits {
    if (++this.#depth > depthMax) throw badPattern()
    const parts = this.#list('||', () => this.#list('&&', () => this.#one()))
    this.#depth--
    return (value) => parts.some((all) => all.every((fits) => fits(value)))
  }

  #list<T>(separator: string, read: () => T): T[] {
    const parts = [read()]
    while (this.#words[this.#at] === separator) {
      this.#at++
      parts.push(read())
    }
    return parts
  }

  #one(): Fits {
    const word = this.#next()
    if (word === '(') {
      const inner = this.#or()
      if (this.#next() !== ')') throw badPattern()
      return inner
    }
    if (!word.startsWith('$')) throw badPattern()
    const find = readPath(word)
    const fits = this.#test()
    return (value) => fits(find(value))
  }

  #test(): Fits {
    const word = this.#next()
    const compare = comparisons.get(word)
    if (compare) {
      const wanted = this.#next()
      return (found) => compare(found, wanted)
    }
    if (word === 'IS') {
      const state = states.get(this.#next())
      if (state) return state
    } else if (word === 'NOT' && this.#next() === 'EXISTS') {
      return (found) => found === undefined
    }
    throw badPattern()
  }

  #next(): string {
    const word = this.#words[this.#at++]
    if (word === undefined) throw badPattern()
    return word
  }
}

/** What stands at `$.a.b[0].c`. Throws InvalidParameterException for what is no path. */
export function readPath(word: string): (value: unknown) => unknown {
  const isPath = /^\$(?:\.[\w-]+|\[\d{1,4}\])+$/.test(word)
  if (!isPath) throw badPattern()
  const steps = word.match(/[\w-]+/g) ?? []
  return (value) => {
    let found = value
    for (const step of steps) {
      const isHolder = typeof found === 'object' && found !== null && Object.hasOwn(found, step)
      if (!isHolder) return undefined
      found = (found as Record<string, unknown>)[step]
    }
    return found
  }
}
