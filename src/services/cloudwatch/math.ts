/**
 * Metric math, the part of it that is arithmetic: numbers, ids of other queries, `+ - * /` and
 * parentheses. Functions are refused.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
import { invalid } from './service.ts'

/** Values by instant. */
export type Values = ReadonlyMap<number, number>

/** What a part of an expression is: one number, or values by instant. */
type Part = number | Values

export interface Expression {
  /** The queries that it speaks of. */
  readonly ids: readonly string[]
  evaluate(valuesOf: (id: string) => Values): Values
}

const depthMax = 32
const token = /\s*(\d+(?:\.\d+)?|[a-z]\w*|[-+*/()])/y

/** Reads an expression. Throws for one that is not arithmetic. */
export function readExpression(text: string): Expression {
  const words = wordsIn(text)
  const ids: string[] = []
  const reader = new Reader(words, ids)
  const run = reader.whole()
  return {
    ids,
    evaluate(valuesOf) {
      const result = run(valuesOf)
      if (typeof result === 'number')
        throw invalid(`${shown(text)} is a number, not a time series.`)
      return result
    },
  }
}

function wordsIn(text: string): string[] {
  const words: string[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.trimEnd().length) {
    const [, word] = token.exec(text) ?? []
    if (word === undefined) throw notOffered(text)
    words.push(word)
  }
  return words
}

const shown = (text: string): string => `'${text.slice(0, 200).replace(/\p{Cc}/gu, '?')}'`

const notOffered = (text: string) =>
  invalid(
    `The expression ${shown(text)} is not offered here: + - * / and parentheses over ids and numbers are.`,
  )

type Run = (valuesOf: (id: string) => Values) => Part
type Operator = (a: number, b: number) => number

const sums: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
])
const products: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
])

class Reader {
  readonly #words: readonly string[]
  readonly #ids: string[]
  #at = 0
  #depth = 0

  constructor(words: readonly string[], ids: string[]) {
    this.#words = words
    this.#ids = ids
  }

  whole(): Run {
    const run = this.#sum()
    if (this.#at < this.#words.length) throw this.#refusal()
    return run
  }

  #sum(): Run {
    if (++this.#depth > depthMax) throw this.#refusal()
    const run = this.#chain(sums, () => this.#chain(products, () => this.#one()))
    this.#depth--
    return run
  }

  #chain(operators: ReadonlyMap<string, Operator>, read: () => Run): Run {
    let run = read()
    for (let operator = this.#operator(operators); operator; operator = this.#operator(operators)) {
      const [left, right, apply] = [run, read(), operator]
      run = (valuesOf) => combined(left(valuesOf), right(valuesOf), apply)
    }
    return run
  }

  #operator(operators: ReadonlyMap<string, Operator>): Operator | undefined {
    const operator = operators.get(this.#words[this.#at] ?? '')
    if (operator) this.#at++
    return operator
  }

  #one(): Run {
    const word = this.#words[this.#at++]
    if (word === undefined) throw this.#refusal()
    if (word === '(') {
      const run = this.#sum()
      if (this.#words[this.#at++] !== ')') throw this.#refusal()
      return run
    }
    if (word === '-') {
      const run = this.#one()
      return (valuesOf) => combined(-1, run(valuesOf), (a, b) => a * b)
    }
    if (/^\d/.test(word)) return () => Number(word)
    if (!/^[a-z]/.test(word) || this.#words[this.#at] === '(') throw this.#refusal()
    this.#ids.push(word)
    return (valuesOf) => valuesOf(word)
  }

  #refusal() {
    return notOffered(this.#words.join(' '))
  }
}

/** Instants that both sides have; what is no number, such as a division by zero, is left out. */
function combined(a: Part, b: Part, apply: Operator): Part {
  if (typeof a === 'number' && typeof b === 'number') return apply(a, b)
  const instants = [...(typeof a === 'number' ? (b as Values) : a).keys()]
  const at = (part: Part, instant: number) => (typeof part === 'number' ? part : part.get(instant))
  const found = new Map<number, number>()
  for (const instant of instants) {
    const [left, right] = [at(a, instant), at(b, instant)]
    const value = left === undefined || right === undefined ? Number.NaN : apply(left, right)
    if (Number.isFinite(value)) found.set(instant, value)
  }
  return found
}
