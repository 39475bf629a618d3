/**
 * What is made of several records is kept for as long as all of them are the same: a look at each takes
 * the place of getting and making it again. Each of them still joins the read set, so that a change to
 * one makes an attempt that rests on it run again, here and on other nodes.
 */
import type { Look, Seen } from './attempt.ts'

/**
 * `make`, which must get all that it rests on through `look`, by point reads alone. What it made is kept
 * with the record that it was made for.
 */
export function derived<R extends object, T>(
  make: (look: Look, of: R) => T,
): (look: Look, of: R) => T {
  const known = new WeakMap<R, { readonly made: T; readonly seen: Seen }>()
  return (look, of) => {
    const { tracer } = look
    if (!tracer) return make(look, of)
    const before = known.get(of)
    if (before && tracer.isAsSeen(before.seen)) return before.made
    const traced = tracer.tracing(() => make(look, of))
    known.set(of, traced)
    return traced.made
  }
}
