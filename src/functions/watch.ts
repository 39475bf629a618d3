/**
 * Looks at what an environment uses: often while it works, seldom while it waits. Linux bounds one
 * process by itself; only who looks bounds all of them together.
 */
import type { Limits } from './limits.ts'
import { exactMemoryBytes, treeOf, usageOf } from './processes.ts'

/** Why an environment must go. */
export type Excess = 'memory' | 'processes' | 'cpu'

/** Those that set the stage are another user's and not counted by the kernel against the limit. */
const setupProcesses = 2

/** How much seldomer than a working environment an idle one is looked at. */
const idleFactor = 10

export class Watch {
  readonly #pid: number
  readonly #limits: Limits
  readonly #memoryBytesMax: number
  readonly #exceeded: (excess: Excess) => void
  #timer: NodeJS.Timeout | undefined
  #lookedAt = Number.NEGATIVE_INFINITY
  #peakBytes = 0
  #isLookingCloser = false
  /** What it had used when its last invocation ended; `undefined` while it works. */
  #idleSinceCpu: number | undefined

  constructor(
    pid: number,
    memoryMegabytes: number,
    limits: Limits,
    exceeded: (excess: Excess) => void,
  ) {
    this.#pid = pid
    this.#limits = limits
    this.#memoryBytesMax = memoryMegabytes * 2 ** 20
    this.#exceeded = exceeded
    this.work()
  }

  /** It works from now on. */
  work(): void {
    this.#idleSinceCpu = undefined
    this.#each(this.#limits.watchMilliseconds)
  }

  /** It waits from now on. */
  rest(): void {
    this.#idleSinceCpu = Number.POSITIVE_INFINITY // known at the first look
    this.#each(this.#limits.watchMilliseconds * idleFactor)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** The most that it has used so far. */
  peakMegabytes(): number {
    if (performance.now() - this.#lookedAt > 1000) this.#look()
    return Math.ceil(this.#peakBytes / 2 ** 20)
  }

  #each(milliseconds: number): void {
    clearInterval(this.#timer)
    this.#timer = setInterval(() => this.#look(), milliseconds).unref()
  }

  #look(): void {
    const { processesMax, idleCpuMillisecondsMax } = this.#limits
    this.#lookedAt = performance.now()
    const pids = treeOf(this.#pid, 2 * processesMax)
    const { memoryBytes, processes, cpuMilliseconds } = usageOf(pids)
    if (memoryBytes > this.#memoryBytesMax) void this.#lookCloser(pids)
    else this.#peakBytes = Math.max(this.#peakBytes, memoryBytes)
    if (processes > processesMax + setupProcesses) this.#exceeded('processes')
    if (this.#idleSinceCpu === undefined) return
    this.#idleSinceCpu = Math.min(this.#idleSinceCpu, cpuMilliseconds)
    if (cpuMilliseconds - this.#idleSinceCpu > idleCpuMillisecondsMax) this.#exceeded('cpu')
  }

  /** Children that share their parent's pages look larger than they are. */
  async #lookCloser(pids: readonly number[]): Promise<void> {
    if (this.#isLookingCloser) return
    this.#isLookingCloser = true
    const memoryBytes = await exactMemoryBytes(pids)
    this.#isLookingCloser = false
    this.#peakBytes = Math.max(this.#peakBytes, memoryBytes)
    if (memoryBytes > this.#memoryBytesMax) this.#exceeded('memory')
  }
}
