/**
 * Leases: work that one of the nodes that share a store does at a time. A lease is a record with its holder,
 * a token that grows with each holder, and a beat that moves while the holder lives. Who waits judges
 * by the beat and its own monotonic clock; no instant of one node is compared with another's. What the
 * holder commits depends on its token in the same commit, so that one that stood still and went on
 * moves nothing any more.
 */
import type { Attempt, Look } from './attempt.ts'
import { collection } from './collection.ts'

export interface LeaseRecord {
  /** A node's id; nobody's where it is empty. */
  readonly holder: string
  readonly host: string
  readonly token: number
  readonly beat: number
}

const leases = collection<LeaseRecord>('leases')
const leasesMax = 100

/** Another node has it, or may have. */
export class LeaseLost extends Error {
  override name = 'LeaseLost'
  constructor(work: string) {
    super(`${work} is another node's by now`)
  }
}

/** Tells what goes wrong with work, save that it is another's: that is told once, where it ends. */
export const unlessLost =
  (tell: (thrown: unknown) => void) =>
  (thrown: unknown): void => {
    if (!(thrown instanceof LeaseLost)) tell(thrown)
  }

/** The right to do a piece of work. */
export interface Lease {
  /** Grows with each holder; 0 where there can be no other. */
  readonly token: number
  /** Throws LeaseLost where another may hold it: asked before each effect outside of the store. */
  mustHold(): void
  /** Lets an attempt hold only while this is held. Throws LeaseLost. */
  fence(attempt: Attempt): void
}

/** Where one process has the store to itself. */
export const sole: Lease = { token: 0, mustHold() {}, fence() {} }

/** A node, as others see it at a lease. */
export interface Holder {
  readonly id: string
  readonly host: string
}

/** As it is known here: good enough to decide whether to try. */
export const peekLease = (look: Look, work: string): LeaseRecord | undefined =>
  look.peek(leases, work)

export async function listLeases(
  look: Look,
): Promise<readonly (LeaseRecord & { readonly work: string })[]> {
  const items = await look.list(leases, [], { itemsMax: leasesMax })
  return items.map(({ parts, record }) => ({ work: parts[0] ?? '', ...record }))
}

/** Takes a lease that still is what was seen of it. The token; `undefined` where somebody was faster. */
export function claimLease(
  attempt: Attempt,
  work: string,
  { id: holder, host }: Holder,
  seen: LeaseRecord | undefined,
): number | undefined {
  const found = attempt.get(leases, work)
  if (found?.token !== seen?.token || found?.beat !== seen?.beat) return undefined
  const token = (found?.token ?? 0) + 1
  attempt.put(leases, [work], { holder, host, token, beat: 0 })
  return token
}

/** Throws LeaseLost unless a lease is held under this token, if the attempt commits. */
export function proveLease(attempt: Attempt, work: string, token: number): LeaseRecord {
  const found = attempt.get(leases, work)
  if (found?.token !== token || found.holder === '') throw new LeaseLost(work)
  return found
}

/** Says that its holder lives. Throws LeaseLost. */
export function renewLease(attempt: Attempt, work: string, token: number): void {
  const found = proveLease(attempt, work, token)
  attempt.put(leases, [work], { ...found, beat: found.beat + 1 })
}

/** Gives it to whoever comes next. */
export function freeLease(attempt: Attempt, work: string, token: number): void {
  const found = proveLease(attempt, work, token)
  attempt.put(leases, [work], { ...found, holder: '' })
}
