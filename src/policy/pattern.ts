/**
 * Patterns with `*` (any run of characters) and `?` (any one character), matched by two pointers and
 * one backtrack point. Policy text never becomes a RegExp: nine stars against sixty characters keep
 * a backtracking engine busy for minutes, and anybody who may write a policy could stop the server.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */

/** Any run of characters, the empty one included. Below every UTF-16 code, so never mistaken for one. */
export const anyRun = -1
/** Exactly one character. */
export const anyOne = -2

/** Literal text, or one of the two wildcards. */
export type Piece = string | typeof anyRun | typeof anyOne

/** What is left of the work one decision may cost. */
export interface Meter {
  stepsLeft: number
}

/** The policies ask for more work than one decision is allowed: the answer must be a refusal. */
export class Exhausted extends Error {
  override name = 'Exhausted'
}

/** Pays for work that no step of a pattern counts. Throws Exhausted. */
export function charge(meter: Meter, steps: number): void {
  meter.stepsLeft -= steps
  if (meter.stepsLeft < 0) throw new Exhausted()
}

export interface Glob {
  /** Nearly all patterns in real policies are one of the first three, which cost one native call. */
  readonly shape: 'any' | 'exact' | 'prefix' | 'glob'
  readonly text: string
  readonly codes: readonly number[]
}

const wildcards = new Map<string, Piece>([
  ['*', anyRun],
  ['?', anyOne],
])

/** The pieces of a text in which `*` and `?` are wildcards. */
export function parsePieces(text: string): Piece[] {
  const pieces: Piece[] = []
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const wild = wildcards.get(text.charAt(at))
    if (wild === undefined) continue
    if (at > start) pieces.push(text.slice(start, at))
    pieces.push(wild)
    start = at + 1
  }
  if (start < text.length) pieces.push(text.slice(start))
  return pieces
}

export function compileGlob(pieces: readonly Piece[]): Glob {
  const literal = pieces.filter((piece) => typeof piece === 'string').join('')
  const firstWild = pieces.findIndex((piece) => typeof piece !== 'string')
  if (firstWild < 0) return { shape: 'exact', text: literal, codes: [] }
  if (firstWild < pieces.length - 1 || pieces[firstWild] !== anyRun) {
    return { shape: 'glob', text: '', codes: pieces.flatMap(codesOf) }
  }
  return { shape: literal === '' ? 'any' : 'prefix', text: literal, codes: [] }
}

function codesOf(piece: Piece): number[] {
  if (typeof piece !== 'string') return [piece]
  return Array.from({ length: piece.length }, (_, at) => piece.charCodeAt(at))
}

/** Whether the whole text matches. Throws Exhausted when the meter runs out. */
export function matchGlob(glob: Glob, text: string, meter: Meter): boolean {
  if (glob.shape === 'exact') return glob.text === text
  if (glob.shape === 'prefix') return text.startsWith(glob.text)
  return glob.shape === 'any' || matchCodes(glob.codes, text, meter)
}

function matchCodes(codes: readonly number[], text: string, meter: Meter): boolean {
  let step = 0
  let at = 0
  let starStep = -1
  let resumeAt = 0
  while (at < text.length) {
    if (--meter.stepsLeft < 0) throw new Exhausted()
    const code = codes[step]
    if (code === anyRun) {
      starStep = step++
      resumeAt = at
    } else if (code === anyOne) {
      at += widthAt(text, at)
      step++
    } else if (code === text.charCodeAt(at)) {
      at++
      step++
    } else if (starStep >= 0) {
      step = starStep + 1
      at = ++resumeAt
    } else return false
  }
  while (codes[step] === anyRun) step++
  return step === codes.length
}

/** A character beyond the basic plane is two code units, and one `?`. */
const widthAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1)
