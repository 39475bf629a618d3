/** Time and chance, which a test may set. */

export interface World {
  /** Milliseconds since 1970. */
  now(): number
  /** At least 0, under 1. */
  random(): number
  /** Resolves after so many milliseconds. */
  wait(milliseconds: number): Promise<void>
}

export const world: World = {
  now: () => Date.now(),
  random: () => Math.random(),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
}

/** How long to wait after so many failures in a row: doubling, and half of it by chance. */
export function backoffMs(failures: number, firstMs: number, mostMs: number, random: number) {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30))
  return full * (0.5 + random / 2)
}
