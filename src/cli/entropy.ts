/** How much a text tells, by Shannon: a lower bound of what guessing it costs, and a rough one. */

/** Bits of each character. */
export function bitsPerCharacter(text: string): number {
  const counts = new Map<string, number>()
  for (const each of text) counts.set(each, (counts.get(each) ?? 0) + 1)
  const length = [...text].length
  return [...counts.values()].reduce((sum, count) => {
    const share = count / length
    return sum - share * Math.log2(share)
  }, 0)
}

const charsMin = 8
const bitsMin = 20

/**
 * Whether a text is long and uneven enough that finding it somewhere means something. Words and small
 * numbers stand everywhere.
 */
export function isTelling(text: string): boolean {
  if (text.length < charsMin || bitsPerCharacter(text) * text.length < bitsMin) return false
  return !/^(?:[a-z]{1,11}|[A-Z]?[a-z]{1,10}|\d{1,9})$/.test(text)
}
