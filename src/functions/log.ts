/**
 * What an environment writes, as lines of its log stream. Everything is bounded: what is read each
 * second, what is kept of one invocation, how long a line may be. A function that writes 10 GB waits
 * in its own write until its time is over; the server reads its share and keeps less.
 */
import type { Readable } from 'node:stream'
import type { LogLine, LogStream, Logs } from './function.ts'
import type { Limits } from './limits.ts'

/** AWS's: X-Amz-Log-Result is the last 4 KB. */
const tailBytesMax = 4096

/** What CloudWatch Logs counts for an event beside its text: empty lines are not free. */
const lineOverheadBytes = 26

/** Lines that may wait for the next hand-over. */
const batchBytesMax = 64 << 10
const batchMilliseconds = 200

export class Log {
  readonly #logs: Logs
  readonly #stream: LogStream
  readonly #limits: Limits
  readonly #now: () => number
  readonly #cutters: LineCutter[] = []
  #batch: LogLine[] = []
  #batchBytes = 0
  #timer: NodeJS.Timeout | undefined
  #keptBytes = 0
  #droppedBytes = 0
  #tail: string[] = []
  #tailBytes = 0

  constructor(logs: Logs, stream: LogStream, limits: Limits, now: () => number) {
    this.#logs = logs
    this.#stream = stream
    this.#limits = limits
    this.#now = now
  }

  /** A new invocation: what it may write begins anew, and so does its tail. */
  begin(): void {
    this.#keptBytes = 0
    this.#droppedBytes = 0
    this.#tail = []
    this.#tailBytes = 0
  }

  /** A line of the platform's own: always kept, for there are few. */
  note(message: string): void {
    if (this.#droppedBytes > 0) {
      const dropped = this.#droppedBytes
      this.#droppedBytes = 0
      this.#keep(
        `[strongroom] ${dropped} bytes of output were dropped: an invocation may log 1 MiB.`,
      )
    }
    this.#keep(message)
  }

  /** The last 4 KiB since `begin`. */
  tail(): Uint8Array {
    const bytes = Buffer.from(this.#tail.map((line) => `${line}\n`).join(''))
    return bytes.subarray(Math.max(0, bytes.length - tailBytesMax))
  }

  /** What was written without a line break counts as a line when the invocation ends. */
  endLines(): void {
    for (const { end } of this.#cutters) end()
  }

  /** Reads one of the environment's two outputs until it ends. */
  follow(output: Readable): void {
    const cut = lineCutter(this.#limits.logLineBytesMax, (line) => this.#take(line))
    this.#cutters.push(cut)
    const meter = new Meter(this.#limits.outputBytesPerSecondMax)
    output.on('data', (chunk: Buffer) => {
      if (this.#keptBytes <= this.#limits.logBytesMax) cut.add(chunk)
      else this.#droppedBytes += cut.drop() + chunk.length // not even cut: that would be our time
      const pauseMilliseconds = meter.spend(chunk.length)
      if (pauseMilliseconds === 0) return
      output.pause()
      setTimeout(() => output.resume(), pauseMilliseconds)
    })
    output.on('end', () => cut.end())
    output.on('error', () => {}) // the environment was killed while it wrote
  }

  /** Hands over what waits. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#batch.length === 0) return
    const lines = this.#batch
    this.#batch = []
    this.#batchBytes = 0
    this.#logs.append(this.#stream, lines)
  }

  #take(line: string): void {
    this.#keptBytes += line.length + lineOverheadBytes
    if (this.#keptBytes > this.#limits.logBytesMax) this.#droppedBytes += line.length
    else this.#keep(line)
  }

  #keep(message: string): void {
    this.#batch.push({ at: this.#now(), message })
    this.#batchBytes += message.length
    this.#remember(message)
    if (this.#batchBytes >= batchBytesMax) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), batchMilliseconds)
  }

  #remember(message: string): void {
    this.#tail.push(message)
    this.#tailBytes += message.length + 1
    while (this.#tailBytes - (this.#tail[0]?.length ?? 0) - 1 >= tailBytesMax) {
      this.#tailBytes -= (this.#tail.shift()?.length ?? 0) + 1
    }
  }
}

interface LineCutter {
  add(chunk: Buffer): void
  /** What is left is a line. */
  end(): void
  /** Forgets what is left; how long it was. */
  drop(): number
}

/** Cuts bytes into lines, none longer than allowed. Bytes that are no UTF-8 become the replacement sign. */
function lineCutter(bytesMax: number, take: (line: string) => void): LineCutter {
  let rest: Buffer = Buffer.alloc(0)
  const takePieces = (line: Buffer) => {
    let at = 0
    for (; line.length - at > bytesMax; at += bytesMax) {
      take(line.toString('utf8', at, at + bytesMax))
    }
    take(line.toString('utf8', at).replace(/\r$/, ''))
  }
  return {
    add(chunk) {
      let text = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10)) {
        takePieces(text.subarray(0, end))
        text = text.subarray(end + 1)
      }
      for (; text.length > bytesMax; text = text.subarray(bytesMax)) {
        take(text.toString('utf8', 0, bytesMax))
      }
      rest = Buffer.from(text)
    },
    end() {
      if (rest.length > 0) take(rest.toString())
      rest = Buffer.alloc(0)
    },
    drop() {
      const { length } = rest
      rest = Buffer.alloc(0)
      return length
    },
  }
}

/** How long to look away, so that no more is read in a second than allowed. */
class Meter {
  readonly #bytesPerSecond: number
  #window = 0
  #spent = 0

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond
  }

  /** Milliseconds until more may be read. In tenths of a second, so that no burst holds up others. */
  spend(bytes: number): number {
    const now = performance.now()
    const window = Math.floor(now / 100)
    if (window !== this.#window) this.#spent = 0
    this.#window = window
    this.#spent += bytes
    return this.#spent < this.#bytesPerSecond / 10 ? 0 : Math.ceil((window + 1) * 100 - now)
  }
}
