/**
 * The one JSON reader for what comes from outside, requests and policies alike (rule J1): fatal
 * UTF-8, at most 32 levels, no key twice, no prototype to reach, well-formed strings, one value and
 * nothing behind it. JSON.parse alone takes the last of two equal keys, which turns
 * `{"Effect":"Deny","Effect":"Allow"}` into an Allow.
 *
 * Objects have no prototype: `__proto__` is a key like any other.
 */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** Why a text is not JSON for us. The words say where, never what stands there. */
export class JsonError extends Error {
  override name = 'JsonError'
}

const depthMax = 32
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads one JSON value from bytes or text. Throws JsonError. */
export function parseJson(source: Uint8Array | string): Json {
  const text = typeof source === 'string' ? source : decode(source)
  checkKeys(text)
  const value: Json = parseText(text)
  return withoutPrototype(value)
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new JsonError('not UTF-8')
  }
}

function parseText(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    throw new JsonError('not JSON')
  }
}

/**
 * One pass over the text before JSON.parse builds anything: depth and keys. It need not check the
 * grammar, since JSON.parse does; it only has to see every key and bracket that a valid text holds.
 */
function checkKeys(text: string): void {
  const open: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === quote) {
      const end = endOfString(text, at)
      const keys = open[open.length - 1]
      if (keys && isKey(text, end)) noteKey(keys, text.slice(at, end + 1))
      at = end
    } else if (char === openBrace || char === openBracket) {
      if (open.push(char === openBrace ? new Set() : undefined) > depthMax) {
        throw new JsonError(`more than ${depthMax} levels`)
      }
    } else if (char === closeBrace || char === closeBracket) open.pop()
  }
}

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    if (!isEscaped(text, end)) return end
  }
  throw new JsonError('an open string')
}

/** Behind an odd number of backslashes. Runs of them do not overlap, so that this stays linear. */
function isEscaped(text: string, at: number): boolean {
  let before = at
  while (text.charCodeAt(before - 1) === backslash) before--
  return (at - before) % 2 === 1
}

function isKey(text: string, end: number): boolean {
  for (let at = end + 1; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === colon) return true
    if (char !== 0x20 && char !== 0x09 && char !== 0x0a && char !== 0x0d) return false
  }
  return false
}

function noteKey(keys: Set<string>, literal: string): void {
  const key = literal.includes('\\') ? String(parseText(literal)) : literal.slice(1, -1)
  if (keys.has(key)) throw new JsonError('a key that occurs twice')
  keys.add(key)
}

function withoutPrototype(value: Json): Json {
  if (typeof value === 'string') return wellFormed(value)
  if (typeof value === 'number') return finite(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutPrototype)
  const bare: JsonObject = Object.create(null)
  for (const key of Object.keys(value)) {
    bare[wellFormed(key)] = withoutPrototype(value[key] as Json)
  }
  return bare
}

/** A lone surrogate would be stored as U+FFFD: two texts would become one. */
function wellFormed(text: string): string {
  if (!text.isWellFormed()) throw new JsonError('a lone surrogate')
  return text
}

/** `1e999` reads as Infinity, which no JSON text can give back. */
function finite(value: number): number {
  if (!Number.isFinite(value)) throw new JsonError('a number out of range')
  return value
}

/** True for an object, not for an array or null. */
export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
