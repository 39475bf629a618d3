/**
 * What is made of several records is kept for as long as all of them are the same: a look at each takes
 * the place of getting and making it again. Each of them still joins the read set, so that a change to
 * one makes an attempt that rests on it run again, here and on other nodes.
 */
import type { Look, Seen, Tracer } from './attempt.ts'

/**
 * `make`, which must get all that it rests on through `look`, by point reads alone. What it made is kept
 * with the record that it was made for.
 */
export function derived<R extends object, T>(
  make: (look: Look, of: R) => Promise<T>,
): (look: Look, of: R) => Promise<T> {
  const known = new WeakMap<R, { readonly answer: Promise<T>; readonly seen: Seen }>()
  const remade = async (tracer: Tracer, look: Look, of: R) => {
    const { made, seen } = await tracer.tracing(() => make(look, of))
    known.set(of, { answer: Promise.resolve(made), seen })
    return made
  }
  // Not async: one promise for all who ask, as the cache has it.
  return (look, of) => {
    const { tracer } = look
    if (!tracer) return make(look, of)
    const before = known.get(of)
    return before && tracer.isAsSeen(before.seen) ? before.answer : remade(tracer, look, of)
  }
}
