/**
 * What was done lately, counted by whom: bounded in principals, the most recently seen last. What
 * counts for much of it is kept over a restart, so that an incident cannot hide behind one.
 */
export interface Counted {
  /** When the window began, in milliseconds. */
  readonly from: number
  count: number
}

export interface Denied {
  /** Of the last denials, oldest first. */
  readonly instants: readonly number[]
  /** The last of them. */
  readonly requestId: string | undefined
}

/** As the store keeps it. */
export interface Printed {
  readonly reads: readonly (readonly [string, Counted])[]
  readonly denials: readonly (readonly [string, Denied])[]
}

const principalsMax = 10_000
const printedMax = 200

class Recent<V> {
  readonly #values = new Map<string, V>()

  get(key: string): V | undefined {
    return this.#values.get(key)
  }

  set(key: string, value: V): void {
    this.#values.delete(key)
    this.#values.set(key, value)
    if (this.#values.size <= principalsMax) return
    for (const oldest of this.#values.keys()) {
      this.#values.delete(oldest)
      return
    }
  }

  entries(isKept: (value: V) => boolean): [string, V][] {
    return [...this.#values].filter(([, value]) => isKept(value)).slice(-printedMax)
  }
}

export class Windows {
  readonly reads = new Recent<Counted>()
  readonly denials = new Recent<Denied>()

  /** @param after what ended before is not worth keeping; @param readsMin nor is what counted less */
  print(after: number, readsMin: number): Printed {
    return {
      reads: this.reads
        .entries(({ count, from }) => count >= readsMin && from >= after)
        .map(([principal, counted]) => [principal, { ...counted }]),
      denials: this.denials.entries(({ instants }) => (instants.at(-1) ?? 0) >= after),
    }
  }

  restore({ reads, denials }: Printed): void {
    for (const [principal, counted] of reads) this.reads.set(principal, { ...counted })
    for (const [principal, denied] of denials) this.denials.set(principal, denied)
  }
}
