/**
 * Unpacked code: once for each hash, read-only, in a folder of the server's own. What no environment
 * uses is removed when it takes too much room, the longest unused first.
 */
import { createHash } from 'node:crypto'
import { chmod, cp, lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unpack } from '../lib/unpack.ts'

/** One zip: its hash as Lambda's API has it, and how to get it. */
export interface Packed {
  readonly codeSha256: string
  code(): Promise<Uint8Array>
}

/** Held by an environment. */
export interface Held {
  readonly path: string
  release(): void
}

interface Entry {
  readonly unpacked: Promise<Unpacked>
  holders: number
}

interface Unpacked {
  readonly path: string
  readonly bytes: number
}

export class Cache {
  readonly #folder: string
  readonly #bytesMax: number
  /** In the order of last use. */
  readonly #entries = new Map<string, Entry>()

  constructor(folder: string, bytesMax: number) {
    this.#folder = folder
    this.#bytesMax = bytesMax
  }

  /** These zips unpacked over each other. Throws if one is not what its hash says. */
  async hold(zips: readonly Packed[]): Promise<Held> {
    const key = zips.map(({ codeSha256 }) => codeSha256).join()
    const entry = this.#entries.get(key) ?? { unpacked: this.#make(zips), holders: 0 }
    entry.holders++
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    try {
      const { path } = await entry.unpacked
      await this.#trim()
      return { path, release: () => void entry.holders-- }
    } catch (thrown) {
      if (this.#entries.get(key) === entry) this.#entries.delete(key)
      throw thrown
    }
  }

  async #make(zips: readonly Packed[]): Promise<Unpacked> {
    const folder = await mkdtemp(join(this.#folder, 'code-'))
    try {
      await chmod(folder, 0o711)
      const path = join(folder, '0')
      for (const [index, zip] of zips.entries()) {
        const part = join(folder, String(index))
        await mkdir(part)
        await unpack(await verified(zip), part)
        if (index === 0) continue
        await cp(part, path, { recursive: true, force: true, verbatimSymlinks: true })
        await rm(part, { recursive: true })
      }
      return { path, bytes: await protect(path) }
    } catch (thrown) {
      await rm(folder, { recursive: true, force: true })
      throw thrown
    }
  }

  async #trim(): Promise<void> {
    let bytes = 0
    for (const { unpacked } of this.#entries.values()) bytes += (await unpacked.catch(none)).bytes
    for (const [key, { unpacked, holders }] of this.#entries) {
      if (bytes <= this.#bytesMax) return
      if (holders > 0) continue
      this.#entries.delete(key)
      const { path, bytes: freed } = await unpacked.catch(none)
      bytes -= freed
      await rm(dirname(path), { recursive: true, force: true })
    }
  }
}

const none = (): Unpacked => ({ path: '', bytes: 0 })

/** Other code than what was deployed must not run under its role. */
async function verified({ codeSha256, code }: Packed): Promise<Uint8Array> {
  const zip = await code()
  const hash = createHash('sha256').update(zip).digest('base64')
  if (hash !== codeSha256) throw new Error('the code is not what its hash says')
  return zip
}

/** Nobody may write; everybody inside may read, and run what may be run. The bytes that it takes. */
async function protect(path: string): Promise<number> {
  const found = await lstat(path)
  const { mode, size } = found
  if (!found.isDirectory()) {
    if (!found.isFile()) throw new Error('code holds something that is neither file nor folder')
    await chmod(path, mode & 0o111 ? 0o555 : 0o444)
    return size
  }
  let bytes = size
  for (const name of await readdir(path)) bytes += await protect(join(path, name))
  await chmod(path, 0o755)
  return bytes
}
