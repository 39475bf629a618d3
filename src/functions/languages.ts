/**
 * The runtimes by name and what each starts. They run on what the machine has: its Node, its
 * python3; a function's own `bootstrap` runs for itself.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { CannotRun, type Deployed } from './function.ts'
import type { Level, Shown } from './sandbox.ts'
import type { Places } from './variables.ts'

export interface Language {
  /** Folders and files that are to be seen inside. */
  readonly needs: readonly Shown[]
  /** What to run, as seen from inside. */
  command(deployed: Deployed, places: Places): readonly string[]
}

const rows: readonly (readonly [
  name: RegExp,
  find: (runtime: string, level: Level) => Promise<Language>,
])[] = [
  [/^nodejs\d+\.x$/, async (_runtime, level) => nodeLanguage(level)],
  [/^python3\.\d+$/, findPython],
  [/^provided(?:\.al\d+)?$/, async () => providedLanguage],
]

export class Languages {
  readonly #level: Level
  readonly #found = new Map<string, Promise<Language>>()

  constructor(level: Level) {
    this.#level = level
  }

  /** Throws CannotRun. */
  find(runtime: string): Promise<Language> {
    const [, find] = rows.find(([name]) => name.test(runtime)) ?? []
    if (!find) throw new CannotRun(`The runtime ${runtime} is not one that is run here.`)
    const known = this.#found.get(runtime) ?? find(runtime, this.#level)
    this.#found.set(runtime, known)
    // What is missing may be installed while the server runs.
    known.catch(() => this.#found.delete(runtime))
    return known
  }
}

function nodeLanguage(level: Level): Language {
  const isEnclosed = level === 'namespaces'
  const program = isEnclosed ? '/var/lang/bin/node' : process.execPath
  return {
    needs: isEnclosed ? [{ from: process.execPath, to: program }] : [],
    // AWS's shares of the function's memory.
    command: ({ memoryMegabytes }, { runtime }) => [
      program,
      `--max-semi-space-size=${Math.max(1, Math.floor(memoryMegabytes * 0.05))}`,
      `--max-old-space-size=${Math.floor(memoryMegabytes * 0.9)}`,
      `${runtime}/runtime.mjs`,
    ],
  }
}

const providedLanguage: Language = {
  needs: [],
  command: (_deployed, { task, layers }) => [
    '/bin/sh',
    '-c',
    // The code's own, else a layer's; as AWS names it when there is none.
    'for path in "$1" "$2"; do if [ -x "$path" ]; then exec "$path"; fi; done; echo "Couldn\'t find valid bootstrap(s): [$1 $2]" >&2; exit 127',
    'bootstrap',
    `${task}/bootstrap`,
    `${layers}/bootstrap`,
  ],
}

const run = promisify(execFile)

/** The version that was asked for, if the machine has it; else its python3. */
async function findPython(runtime: string, level: Level): Promise<Language> {
  const names = [runtime, 'python3']
  for (const name of names) {
    const found = await askPython(name, level === 'user')
    if (!found) continue
    const [program = '', ...folders] = found
    return {
      needs: level === 'namespaces' ? showFolders(folders) : [],
      command: (_deployed, places) => [program, '-s', '-B', `${places.runtime}/runtime.py`],
    }
  }
  throw new CannotRun(`${runtime} needs python3 on this machine, and there is none.`)
}

/** Its program and where its library stands; `undefined` if there is none, or none that others may run. */
async function askPython(name: string, asStranger: boolean): Promise<string[] | undefined> {
  const question = 'import sys; print(sys.executable, sys.prefix, sys.base_prefix, sep="\\n")'
  const user = asStranger ? { uid: strangerUser, gid: strangerUser } : {}
  try {
    const { stdout } = await run(name, ['-c', question], { ...user, cwd: '/', timeout: 10_000 })
    return stdout.trim().split('\n')
  } catch {
    return undefined
  }
}

/** Nobody, on every system. */
const strangerUser = 65_534

/** What lies under /usr is seen already. */
function showFolders(folders: readonly string[]): Shown[] {
  const outside = [...new Set(folders)].filter((path) => !/^\/usr(?:\/|$)/.test(path))
  return outside.map((path) => ({ from: path, to: path }))
}
