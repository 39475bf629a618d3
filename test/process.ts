/** A house as a process of its own: for what only a process can show (kill, signals, start). */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'ini'
import type { Keys } from './house.ts'
import { main, sources } from './program.ts'

export interface Served {
  readonly child: ChildProcess
  readonly url: string
  readonly root: Keys
  /** Everything that was printed to standard error so far. */
  stderr(): string
  /** Ends it as given and waits until it is gone. */
  end(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

export interface ServeOptions {
  readonly flags?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Modules to be loaded before it: what a test has put in the place of something else. */
  readonly imports?: readonly string[]
  /** Another program than this one's. */
  readonly program?: string
  /** The root key pair, where it was fixed by the environment. */
  readonly root?: Keys
}

/** Starts `strongroom serve` on a free port and waits until it says where it listens. */
export const serveProcess = (dataPath: string, ...flags: string[]): Promise<Served> =>
  serveWith(dataPath, { flags })

export async function serveWith(dataPath: string, options: ServeOptions): Promise<Served> {
  const { flags = [], environment, imports = [], root } = options
  const { program = imports.length > 0 ? sources : main } = options
  const preloads = imports.flatMap((each) => ['--import', each])
  const args = ['serve', '--listen', '127.0.0.1:0', '--data', dataPath, ...flags]
  const child = spawn(process.execPath, [...preloads, program, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, ...environment },
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const gone = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const url = await urlOf(child)
  if (url === undefined) await gone
  if (url === undefined) throw new Error(`serve did not start: ${stderr}`)
  return {
    child,
    url,
    root: root ?? readRoot(dataPath),
    stderr: () => stderr,
    async end(signal = 'SIGTERM') {
      child.kill(signal)
      const [code, by] = await gone
      return { code, signal: by }
    },
  }
}

const startsMax = 6

/** The same, again where a crowded machine lets the database answer too late for a start. */
export async function serveAnyhow(dataPath: string, options: ServeOptions): Promise<Served> {
  for (let left = startsMax; ; left--) {
    try {
      return await serveWith(dataPath, options)
    } catch (thrown) {
      const isAway = /StoreAway|the connection to the database was lost|nothing that takes writes/
      if (left === 0 || !isAway.test(String(thrown))) throw thrown
    }
  }
}

/** `undefined` if it ended before it listened. */
async function urlOf(child: ChildProcess): Promise<string | undefined> {
  let text = ''
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    const [, url] = /listens on (\S+)\n/.exec(text) ?? []
    if (url) {
      child.stdout?.resume()
      return url
    }
  }
  return undefined
}

function readRoot(dataPath: string): Keys {
  const { strongroom = {} } = parse(readFileSync(join(dataPath, 'root-credentials'), 'utf8'))
  return {
    accessKeyId: strongroom.aws_access_key_id,
    secretAccessKey: strongroom.aws_secret_access_key,
  }
}
