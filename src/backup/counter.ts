/**
 * Backups on demand: made beside the store, fetched in pieces by the client that asked, then removed;
 * what nobody removed goes by itself.
 */
import { closeSync, mkdirSync, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, hourMs } from '../lib/clock.ts'
import { Refusal } from '../lib/fault.ts'
import type { Workshop } from './routine.ts'

export interface Order {
  readonly backupId: string
  readonly state: 'CREATING' | 'READY' | 'FAILED'
  readonly rowsDone: number
  readonly rowsTotal: number
  /** Of a ready one. */
  readonly bytes?: number
  /** Of a failed one. */
  readonly reason?: string
}

/** How long a backup waits to be fetched. */
const keptMs = hourMs

export class Counter {
  readonly #path: string
  readonly #workshop: Workshop
  readonly #clock: Clock
  readonly #complain: (words: string) => void
  readonly #orders = new Map<string, Order & { readonly orderedAt: number }>()
  #working: Promise<void> | undefined
  #isOver = false

  constructor(path: string, workshop: Workshop, clock: Clock, complain: (words: string) => void) {
    this.#path = path
    this.#workshop = workshop
    this.#clock = clock
    this.#complain = complain
    // Of an earlier process: nobody knows them any more.
    rmSync(path, { recursive: true, force: true })
  }

  /** Begins a backup; again with the same id, nothing more happens. False while another is being made. */
  order(backupId: string): boolean {
    if (this.#orders.has(backupId)) return true
    if (this.#working) return false
    this.#clear()
    this.#put({ backupId, state: 'CREATING', rowsDone: 0, rowsTotal: 0 })
    this.#working = this.#make(backupId).finally(() => {
      this.#working = undefined
    })
    return true
  }

  find(backupId: string): Order | undefined {
    this.#clear()
    return this.#orders.get(backupId)
  }

  /** Some bytes of a ready backup. */
  read(backupId: string, from: number, bytesMax: number): Uint8Array {
    const file = openSync(this.#pathOf(backupId), 'r')
    try {
      const bytes = Buffer.alloc(bytesMax)
      return bytes.subarray(0, readSync(file, bytes, 0, bytesMax, from))
    } finally {
      closeSync(file)
    }
  }

  /** False for one that is not there, or that is still being made. */
  remove(backupId: string): boolean {
    const state = this.#orders.get(backupId)?.state
    if (state === undefined || state === 'CREATING') return false
    this.#orders.delete(backupId)
    rmSync(this.#pathOf(backupId), { force: true })
    return true
  }

  async close(): Promise<void> {
    this.#isOver = true
    await this.#working
    rmSync(this.#path, { recursive: true, force: true })
  }

  async #make(backupId: string): Promise<void> {
    const path = this.#pathOf(backupId)
    const progress = (rowsDone: number, rowsTotal: number) =>
      this.#put({ backupId, state: 'CREATING', rowsDone, rowsTotal })
    try {
      mkdirSync(this.#path, { recursive: true, mode: 0o700 })
      const bytes = await this.#workshop.create(
        { path, backupId, madeAt: this.#clock.now() },
        progress,
      )
      const { rowsDone = 0, rowsTotal = 0 } = this.#orders.get(backupId) ?? {}
      this.#put({ backupId, state: 'READY', rowsDone, rowsTotal, bytes })
    } catch (thrown) {
      const reason = thrown instanceof Refusal ? thrown.message : 'see the log of the server'
      this.#put({ backupId, state: 'FAILED', rowsDone: 0, rowsTotal: 0, reason })
      if (!this.#isOver) this.#complain(`a backup failed: ${thrown}`)
    }
  }

  #put(order: Order): void {
    const orderedAt = this.#orders.get(order.backupId)?.orderedAt ?? this.#clock.now()
    this.#orders.set(order.backupId, { ...order, orderedAt })
  }

  #clear(): void {
    for (const { backupId, orderedAt, state } of this.#orders.values()) {
      if (state !== 'CREATING' && this.#clock.now() - orderedAt > keptMs) this.remove(backupId)
    }
  }

  #pathOf(backupId: string): string {
    return join(this.#path, `${backupId}.backup`)
  }
}
