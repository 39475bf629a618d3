/** Seeded randomness: the same seed, the same faults in the same order. */

export interface Chance {
  /** From 0 up to, not including, `below`; whole. */
  under(below: number): number
  pick<T>(among: readonly T[]): T
}

/** Mulberry32: small, and good enough to choose faults by. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const under = (below: number) => Math.floor(next() * below)
  return { under, pick: (among) => among[under(among.length)] as never }
}
