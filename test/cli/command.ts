/** One command as a person types it, in a process of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { main } from '../program.ts'

export interface Typed {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/**
 * @param environment besides PATH, nothing else is handed on
 * @param input what is piped to it
 * @param cwd where it is typed
 */
export async function typed(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input: string | Uint8Array = '',
  cwd?: string,
): Promise<Typed> {
  const child = spawn(process.execPath, [main, ...words], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...environment },
    ...(cwd !== undefined && { cwd }),
  })
  // A command that reads nothing may be gone before its input is.
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null]>,
  ])
  return { code, stdout, stderr }
}
