/** `strongroom serve` as a process, ended with its test; and one that is expected to end by itself, with what it said. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { type Served, serveProcess } from '../process.ts'
import { main } from '../program.ts'

/** Longer than any start: who takes so long hangs. */
const patienceMilliseconds = 100_000

/** A serving process that does not outlive its test, however that ends. */
export async function serveFor(
  t: Pick<TestContext, 'after'>,
  dataPath: string,
  ...flags: string[]
): Promise<Served> {
  const served = await serveProcess(dataPath, ...flags)
  t.after(() => void served.child.kill('SIGKILL'))
  return served
}

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Way {
  readonly env?: Record<string, string>
  /** A shell's words before the program is run, such as `ulimit -c 0`. */
  readonly shell?: string
  /** A program that runs it in its own place, with its options. */
  readonly under?: readonly string[]
}

/** Runs serve with these flags until it ends; ends it, and gives no code, if it does not. */
export async function serveUntilEnd(flags: readonly string[], way: Way = {}): Promise<Ended> {
  const words = [...(way.under ?? []), process.execPath, main, 'serve', ...flags]
  const [program = '', ...args] = way.shell
    ? ['sh', '-c', `${way.shell}; exec "$@"`, 'sh', ...words]
    : words
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...way.env },
  })
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMilliseconds)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  clearTimeout(timer)
  return { code, stdout, stderr }
}

/** A warning that depends on the machine, not on what is tried. */
const coreDumps = /^strongroom: core dumps are allowed .*\n/m

/** What was said, without that warning. */
export const saidBy = ({ stderr }: Ended): string => stderr.replace(coreDumps, '')

/** One line: the program's name, a sentence of our own, and no stack. */
export const oneSentence = /^strongroom: [^\n]+\.\n$/

/** Every file of a folder with its mode and digest, save the log and index that readers leave empty. */
export function printOf(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {}
  const names = statSync(folder).isDirectory() ? globSync('**', { cwd: folder }).sort() : ['']
  const prints = names.flatMap((name): [string, string][] => {
    if (name.endsWith('-shm')) return []
    const path = join(folder, name)
    const { mode, size } = statSync(path)
    if (name.endsWith('-wal') && size === 0) return []
    const bytes = statSync(path).isDirectory() ? '' : readFileSync(path)
    return [[name, `${mode.toString(8)} ${createHash('sha256').update(bytes).digest('hex')}`]]
  })
  return Object.fromEntries(prints)
}
