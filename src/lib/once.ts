/** Work that is done per change and not per request: what is made of an object or a text is kept. */

/**
 * What `make` gives for an object, made once and kept for as long as the object lives. It must never
 * change; what else is given must be the same for the same object each time.
 */
export function once<R extends object, More extends readonly unknown[], T>(
  make: (of: R, ...more: More) => T,
): (of: R, ...more: More) => T {
  const made = new WeakMap<R, T>()
  return (of, ...more) => {
    const known = made.get(of)
    if (known !== undefined) return known
    const value = make(of, ...more)
    made.set(of, value)
    return value
  }
}

const textsMax = 4096
const charsMax = 512

/**
 * A function of a text that knows its last answers. Bounded, so that strangers fill no memory: long
 * texts are not kept, and all are forgotten when they become too many. What throws is not kept.
 */
export function remembered<T>(make: (text: string) => T): (text: string) => T {
  const made = new Map<string, T>()
  return (text) => {
    const known = made.get(text)
    if (known !== undefined) return known
    const value = make(text)
    if (text.length > charsMax) return value
    if (made.size >= textsMax) made.clear()
    made.set(text, value)
    return value
  }
}
