/** Errands that must not wait for each other: what the clock brings, done one by one. */

/**
 * Runs each item on its own and gives how many did something. One that fails keeps none of the others
 * waiting; the first failure is thrown at the end.
 */
export async function runEach<T>(
  items: readonly T[],
  run: (item: T) => Promise<boolean>,
): Promise<number> {
  const failures: unknown[] = []
  let count = 0
  for (const item of items) {
    try {
      if (await run(item)) count++
    } catch (thrown) {
      failures.push(thrown)
    }
  }
  if (failures.length > 0) throw failures[0]
  return count
}
