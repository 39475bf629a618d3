/** What one call in this process costs the processor: many at a time, round by round. */
import { hash } from 'node:crypto'

const batch = 200
const warmUpMs = 300
const yardstickBytes = 4096

/** Microseconds for one call of `work`, in each round. The time before the first round does not count. */
export async function timed(
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  work: () => unknown,
): Promise<readonly number[]> {
  const seen: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const each = await roundOf(round === 0 ? warmUpMs : (seconds * 1000) / 2, work)
    if (round > 0) seen.push(each)
  }
  return seen
}

async function roundOf(milliseconds: number, work: () => unknown): Promise<number> {
  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  let count = 0
  for (; performance.now() - startedAt < milliseconds; count += batch) {
    for (let n = 0; n < batch; n++) {
      const made = work()
      if (made instanceof Promise) await made
    }
  }
  const { user, system } = process.cpuUsage(cpu)
  return (user + system) / count
}

const bytes = new Uint8Array(yardstickBytes)

/** Something that costs the same whatever the house does: a SHA-256 of four KiB. */
export const yardstick = (size: { readonly rounds: number; readonly seconds: number }) =>
  timed(size, () => hash('sha256', bytes))
