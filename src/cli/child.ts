/** A program that runs under a command: signals and the exit code are handed through. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { Refusal } from '../lib/fault.ts'

const stopMilliseconds = 10_000

export class Child {
  /** As shells tell it. Throws Refusal if the program can't be started. */
  readonly exitCode: Promise<number>
  readonly #process: ChildProcess

  constructor(program: string, words: readonly string[], env: NodeJS.ProcessEnv) {
    this.#process = spawn(program, words, { stdio: 'inherit', env })
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    this.#process.once('error', () =>
      reject(new Refusal(`${program} can't be started: is it there?`)),
    )
    this.#process.once('exit', (code, signal) => resolve(code ?? codeOf(signal)))
    this.exitCode = promise
  }

  readonly kill = (signal: NodeJS.Signals): void => void this.#process.kill(signal)

  /** Asks it to end, and ends it if it does not. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const gone = once(this.#process, 'exit')
    this.kill('SIGTERM')
    const timer = setTimeout(() => this.kill('SIGKILL'), stopMilliseconds)
    await gone
    clearTimeout(timer)
  }
}

const codeOf = (signal: NodeJS.Signals | null): number =>
  128 + (signal ? constants.signals[signal] : 0)
