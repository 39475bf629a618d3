/** Texts by name: encryption contexts, and what else is bound pair by pair. */

/** Whether both have the same names with the same texts, in whatever order. */
export function samePairs(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): boolean {
  let left = 0
  for (const name in a) {
    if (!Object.hasOwn(b, name) || a[name] !== b[name]) return false
    left++
  }
  for (const _name in b) left--
  return left === 0
}
