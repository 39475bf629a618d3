/**
 * What git keeps, by the git that is installed. Nothing that is looked for is handed to it: it prints, and
 * what it prints is searched here.
 *
 * https://git-scm.com/docs/git-cat-file
 */
import { spawn, spawnSync } from 'node:child_process'
import { Refusal } from '../lib/fault.ts'

/** Repositories bring their settings: none of them may start a program here. */
const careful = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false']

export interface GitObject {
  readonly id: string
  readonly type: string
  /** The pieces of its content; those that are not taken are passed over. */
  readonly pieces: AsyncIterable<Buffer>
}

interface Origin {
  readonly commit: string
  readonly path: string
  /** When it was committed, in seconds since 1970. */
  readonly at: number
}

export class Git {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  /** Of the repository that a folder lies in; `undefined` if it lies in none. */
  static at(folder: string): Git | undefined {
    const git = new Git(folder)
    return git.#ask('rev-parse', '--git-dir') === undefined ? undefined : git
  }

  /** What git prints, without the last line's end; `undefined` if it fails. */
  #ask(...words: string[]): string | undefined {
    const { status, stdout, error } = spawnSync('git', [...careful, ...words], {
      cwd: this.#folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 1 << 28,
    })
    return error || status !== 0 ? undefined : stdout.replace(/\n$/, '')
  }

  get top(): string {
    return this.#ask('rev-parse', '--show-toplevel') ?? this.#folder
  }

  isIgnored(path: string): boolean {
    return this.#ask('check-ignore', '-q', '--no-index', '--', path) !== undefined
  }

  isTracked(path: string): boolean {
    return this.#ask('ls-files', '--error-unmatch', '--', path) !== undefined
  }

  /** Where a hook of this name lies or would lie, from the folder. */
  hookPath(name: string): string {
    const path = this.#ask('rev-parse', '--git-path', `hooks/${name}`)
    if (path === undefined) throw new Refusal('git does not say where its hooks are.')
    return path
  }

  /** Paths that the next commit would add or change, from the top. */
  staged(): string[] {
    const words = ['diff', '--cached', '--name-only', '-z', '--no-renames', '--diff-filter=ACMRT']
    return (this.#ask(...words) ?? '').split('\0').filter(Boolean)
  }

  /** Roughly how many objects there are. */
  countObjects(): number {
    const counts = this.#ask('count-objects', '-v') ?? ''
    const [loose, packed] = ['count', 'in-pack'].map((name) =>
      Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(counts)?.[1] ?? 0),
    )
    return (loose ?? 0) + (packed ?? 0)
  }

  /** Commits and paths that an object came in by, the oldest first. */
  originsOf(id: string): Origin[] {
    const words = ['log', '--all', '--reflog', '--reverse', '-m', '--no-renames']
    const format = ['--format=%x00%h %ct', '--diff-filter=AMT', '--name-only']
    const text = this.#ask(...words, ...format, `--find-object=${id}`) ?? ''
    return text.split('\0').flatMap((part) => {
      const [head = '', ...paths] = part.split('\n').filter(Boolean)
      const [commit = '', seconds] = head.split(' ')
      return paths.map((path) => ({ commit, path, at: Number(seconds) }))
    })
  }

  /** Every object, also those that nothing leads to any more. */
  everything(): AsyncGenerator<GitObject> {
    return objectsOf(this.#folder, ['--batch-all-objects', '--unordered'], '')
  }

  /** The objects of these names, such as `:path` for what is staged; a line's end in one passes it over. */
  async *named(names: readonly string[]): AsyncGenerator<GitObject & { readonly name: string }> {
    const asked = names.filter((name) => !name.includes('\n'))
    let at = 0
    for await (const each of objectsOf(
      this.#folder,
      [],
      asked.map((name) => `${name}\n`).join(''),
    )) {
      yield { ...each, name: asked[at++] ?? '' }
    }
  }
}

const newline = 10

async function* objectsOf(
  cwd: string,
  words: readonly string[],
  input: string,
): AsyncGenerator<GitObject> {
  const git = spawn('git', [...careful, 'cat-file', '--batch', '--buffer', ...words], {
    cwd,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  git.stdin.on('error', () => {})
  git.stdin.end(input)
  const bytes = new Bytes(git.stdout)
  try {
    for (;;) {
      const head = await bytes.until(newline)
      if (head === undefined) return
      const [id = '', type = '', size = ''] = head.split(' ')
      if (type === 'missing' || size === '') {
        yield { id, type: 'missing', pieces: none() }
        continue
      }
      const pieces = bytes.take(Number(size))
      yield { id, type, pieces }
      for await (const _ of pieces) {
        // What was not taken stands before the next object.
      }
      await bytes.until(newline)
    }
  } finally {
    git.kill()
  }
}

async function* none(): AsyncGenerator<Buffer> {}

/** A stream that is read by lines and by lengths. */
class Bytes {
  readonly #chunks: AsyncIterator<Buffer>
  #held: Buffer = Buffer.alloc(0)

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  async #more(): Promise<boolean> {
    const { done, value } = await this.#chunks.next()
    if (!done) this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value])
    return !done
  }

  /** The text before the byte; `undefined` at the end. */
  async until(byte: number): Promise<string | undefined> {
    for (;;) {
      const at = this.#held.indexOf(byte)
      if (at >= 0) {
        const text = this.#held.toString('utf8', 0, at)
        this.#held = this.#held.subarray(at + 1)
        return text
      }
      if (!(await this.#more())) return undefined
    }
  }

  /** So many bytes, in pieces; may be asked for what is left of them again. */
  take(length: number): AsyncIterable<Buffer> {
    let left = length
    const next = async (): Promise<IteratorResult<Buffer>> => {
      if (left === 0) return { done: true, value: undefined }
      if (this.#held.length === 0 && !(await this.#more())) return { done: true, value: undefined }
      const piece = this.#held.subarray(0, left)
      this.#held = this.#held.subarray(piece.length)
      left -= piece.length
      return { done: false, value: piece }
    }
    return { [Symbol.asyncIterator]: () => ({ next }) }
  }
}
