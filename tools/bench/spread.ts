/** What many rounds say together: their median, and how far they lie apart. */

export const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 0 ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper
}

/** Makes a median absolute deviation comparable to a standard deviation. */
const madScale = 1.4826

/** The median absolute deviation, scaled: one round that was disturbed does not move it. */
export function spread(numbers: readonly number[]): number {
  const middle = median(numbers)
  return madScale * median(numbers.map((each) => Math.abs(each - middle)))
}
