/** Where a benchmark plays: a folder and processes of its own, which end with it. */
import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Job, Seen } from './load.ts'

export interface Started {
  readonly child: ChildProcess
  /** What it said that was waited for. */
  readonly said: string
}

export interface StartOptions {
  readonly environment?: Readonly<Record<string, string>>
}

/** A script of the benchmark's own. */
export const near = (name: string): string => fileURLToPath(new URL(name, import.meta.url))

/** The program, as users start it. */
export const command = near('../../bin/strongroom.js')

const endings = ['SIGINT', 'SIGTERM'] as const

export class Stage implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-'))
  readonly #children = new Set<ChildProcess>()
  #filesCount = 0
  #generator: ChildProcess | undefined

  constructor() {
    for (const signal of endings) process.once(signal, this.#breakOff)
  }

  /** Whoever ends a benchmark ends what it started. */
  readonly #breakOff = (): never => {
    for (const child of this.#children) child.kill('SIGKILL')
    rmSync(this.folder, { recursive: true, force: true })
    process.exit(1)
  }

  /** Starts a program whose words nobody reads. */
  launch(program: string, args: readonly string[]): ChildProcess {
    return this.#kept(spawn(program, args, { stdio: 'ignore' }))
  }

  #kept<C extends ChildProcess>(child: C): C {
    this.#children.add(child)
    child.once('exit', () => this.#children.delete(child))
    return child
  }

  /** Starts Node and waits until it says what `pattern` has as its group. */
  async start(
    args: readonly string[],
    pattern: RegExp,
    options: StartOptions = {},
  ): Promise<Started> {
    const child = this.#kept(
      spawn(process.execPath, args, {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { PATH: process.env.PATH, ...compileCache, ...options.environment },
      }),
    )
    let text = ''
    for await (const chunk of child.stdout) {
      text += chunk
      const [, said] = pattern.exec(text) ?? []
      if (said === undefined) continue
      return { child, said }
    }
    throw new Error(`${args[0]} ended before it said what was waited for`)
  }

  /** Puts load on a server; one job at a time. */
  async load(job: Job): Promise<Seen> {
    this.#generator ??= this.#kept(fork(near('load.ts')))
    const { promise: gone, reject } = Promise.withResolvers<never>()
    const end = () => reject(new Error('the load generator ended'))
    this.#generator.once('exit', end)
    this.#generator.send(job)
    const [seen] = await Promise.race([once(this.#generator, 'message'), gone])
    this.#generator.off('exit', end)
    return seen as Seen
  }

  /** Lets a child end in its own way. */
  async end({ child }: Started): Promise<void> {
    if (!this.#children.has(child)) return
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    await gone
  }

  /** A file of these bytes, for a child to read. */
  file(bytes: string | Uint8Array): string {
    const path = this.path()
    writeFileSync(path, bytes)
    return path
  }

  /** A path that nothing has yet. */
  path(): string {
    return join(this.folder, String(++this.#filesCount))
  }

  /** Removes a file that is needed no more. */
  forget(path: string): void {
    rmSync(path, { force: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#children].map((child) => this.end({ child, said: '' })))
    for (const signal of endings) process.off(signal, this.#breakOff)
    rmSync(this.folder, { recursive: true, force: true })
  }
}

const cachePath = process.env.NODE_COMPILE_CACHE
const compileCache = cachePath === undefined ? {} : { NODE_COMPILE_CACHE: cachePath }

const hertz = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** CPU seconds of a process and those that it started, all threads, so far. */
export function cpuSeconds({ pid }: Pick<ChildProcess, 'pid'>): number {
  const children = textOf(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean)
  const own = ticksIn(`/proc/${pid}/stat`) / hertz
  return children.reduce((sum, each) => sum + cpuSeconds({ pid: Number(each) }), own)
}

/** CPU seconds of each thread of a process so far, by its number and its name. */
export function threadSeconds({ pid }: Pick<ChildProcess, 'pid'>): Map<string, number> {
  const threads = readdirSync(`/proc/${pid}/task`)
  return new Map(
    threads.map((id) => {
      const name = textOf(`/proc/${pid}/task/${id}/comm`).trim()
      return [`${id} ${name}`, ticksIn(`/proc/${pid}/task/${id}/stat`) / hertz]
    }),
  )
}

function ticksIn(path: string): number {
  const fields = textOf(path).split(') ')[1]?.split(' ') ?? []
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
}

/** What a process holds in memory now. */
export function residentMiB({ pid }: Pick<ChildProcess, 'pid'>): number {
  const [, kibibytes] = /VmRSS:\s+(\d+)/.exec(textOf(`/proc/${pid}/status`)) ?? []
  return Number(kibibytes) / 1024
}

export const descriptorsOf = ({ pid }: Pick<ChildProcess, 'pid'>): number =>
  readdirSync(`/proc/${pid}/fd`).length

/** Empty where a process or thread has just ended. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
