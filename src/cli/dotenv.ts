/**
 * A .env file as applications see it. Its readers agree on most lines and differ on some; where they do,
 * this one reads as Node's dotenv with dotenv-expand does, keeps a $ that names nothing, and says so in words
 * that hold nothing of the value.
 *
 * https://github.com/motdotla/dotenv#what-rules-does-the-parsing-engine-follow
 */

export interface Entry {
  readonly name: string
  readonly value: string
  /** The variables whose values went into this one. */
  readonly uses: readonly string[]
  /** From its name to the end of its value, in the text that was read. */
  readonly start: number
  readonly end: number
  readonly line: number
  /** Where readers differ, for people. */
  readonly doubts: readonly string[]
}

export interface Dotenv {
  /** In the order of the file; of those with one name the last counts. */
  readonly entries: readonly Entry[]
  /** Lines that no reader takes for anything. */
  readonly unread: readonly number[]
}

/** Lines end in one way: for spans that hold. */
export const withPlainEnds = (text: string): string =>
  text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')

const head = /[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)(?:[^\S\n]*=|:[^\S\n])[^\S\n]*/y
const nothing = /[^\S\n]*(?:#.*)?(?=\n|$)/y

/** @param text with plain ends */
export function parseDotenv(text: string): Dotenv {
  const entries: Entry[] = []
  const unread: number[] = []
  const known = new Map<string, string>()
  let line = 1
  for (let at = 0, next = 0; at < text.length; at = next) {
    const name = matchAt(head, text, at)?.[1]
    if (name !== undefined) {
      const read = readValue(text, head.lastIndex)
      const { value, uses, doubts } = expand(read, known)
      entries.push({ name, value, uses, start: at, end: read.end, line, doubts })
      known.set(name, value)
    } else if (!matchAt(nothing, text, at)) unread.push(line)
    next = nextLine(text, Math.max(at, entries.at(-1)?.end ?? 0))
    line += text.slice(at, next).split('\n').length - 1
  }
  return { entries, unread }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

interface Read {
  readonly raw: string
  readonly quote: string
  readonly end: number
  readonly doubts: readonly string[]
}

function readValue(text: string, at: number): Read {
  const quote = text[at] ?? ''
  const close = '\'"`'.includes(quote) && quote !== '' ? closeOf(text, at, quote) : -1
  if (close < 0) return readBare(text, at)
  const raw = text.slice(at + 1, close)
  const odd = quote === '"' ? /\\[^nr$]/.test(raw) : raw.includes(`\\${quote}`)
  const doubts = odd ? ['a backslash in quotes is kept: some readers drop it'] : []
  return { raw, quote, end: close + 1, doubts }
}

/**
 * Where the quotes close: behind it stands nothing but a comment. One behind a backslash counts only if
 * no other does, as in "C:\dir\".
 */
function closeOf(text: string, at: number, quote: string): number {
  const places: number[] = []
  for (let place = text.indexOf(quote, at + 1); place >= 0; ) {
    places.push(place)
    if (text[place - 1] !== '\\') break
    place = text.indexOf(quote, place + 1)
  }
  return places.findLast((place) => matchAt(nothing, text, place + 1)) ?? -1
}

function readBare(text: string, at: number): Read {
  const lineEnd = text.indexOf('\n', at)
  const line = text.slice(at, lineEnd < 0 ? undefined : lineEnd)
  const [before = ''] = line.split('#', 1)
  const raw = before.trim()
  const isCut = before.length < line.length && /\S$/.test(before)
  const doubts = isCut ? ['what follows # is a comment to some readers: put it in quotes'] : []
  return { raw, quote: '', end: at + before.trimEnd().length, doubts }
}

type Expanded = Pick<Entry, 'value' | 'uses' | 'doubts'>

const variable = /\\\$|\$\{([A-Za-z_]\w*)(?:(:?-)((?:[^{}]|\$\{[^{}]*\})*))?\}|\$([A-Za-z_]\w*)/g

function expand({ raw, quote, doubts }: Read, known: ReadonlyMap<string, string>): Expanded {
  if (quote === "'") return { value: raw, uses: [], doubts: [...doubts, ...doubtOf(raw, known)] }
  const text = quote === '"' ? raw.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : raw
  const uses: string[] = []
  const marks = { isLeft: false, isBare: false }
  const replace = (part: string): string =>
    part.replace(variable, (all, braced?: string, sign?: string, other?: string, bare?: string) => {
      if (all === '\\$') return '$'
      const name = braced ?? bare ?? ''
      const value = known.get(name)
      const isUsable = value !== undefined && (value !== '' || sign !== ':-')
      if (isUsable) {
        uses.push(name)
        marks.isBare ||= bare !== undefined
        return value
      }
      if (other !== undefined) return replace(other)
      marks.isLeft = true
      return all
    })
  const value = replace(text)
  return { value, uses, doubts: [...doubts, ...doubtsOf(marks)] }
}

function doubtsOf({ isLeft, isBare }: { isLeft: boolean; isBare: boolean }): string[] {
  return [
    ...(isLeft ? ['a $ that names nothing above it is kept: some readers drop it'] : []),
    ...(isBare ? ['a variable without braces is put in: some readers keep it as it stands'] : []),
  ]
}

/** Single quotes hold everything, to most readers. */
function doubtOf(raw: string, known: ReadonlyMap<string, string>): string[] {
  const names = [...raw.matchAll(variable)].map(([, braced, , , bare]) => braced ?? bare ?? '')
  return names.some((name) => known.has(name))
    ? ['a variable in single quotes is kept: some readers put its value there']
    : []
}
