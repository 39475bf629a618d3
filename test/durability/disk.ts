/**
 * A disk that keeps what was synced, and of the rest whatever it likes. Contents of files and names in
 * folders are apart, as in a file system: a name lasts when its folder was synced.
 */
import { dirname } from 'node:path'
import type { Event } from './trace.ts'

const sectorBytes = 512

/** Decides for each unsynced thing whether it reached the disk. */
export type Fate = () => boolean

interface Patch {
  /** Where; `undefined` for a new size alone. */
  readonly at?: number
  readonly bytes?: Buffer
  readonly size?: number
}

class File {
  lasting: Buffer = Buffer.alloc(0)
  readonly pending: Patch[] = []
  size = 0

  write(at: number, bytes: Buffer): void {
    this.pending.push({ at, bytes })
    this.size = Math.max(this.size, at + bytes.length)
  }

  truncate(size: number): void {
    this.pending.push({ size })
    this.size = size
  }

  sync(): void {
    this.lasting = this.image(() => true)
    this.pending.length = 0
  }

  /** What stands on the disk, if this is what became of the rest. Writes arrive by sectors. */
  image(reached: Fate): Buffer {
    const content = Buffer.alloc(Math.max(this.#mostBytes(), this.lasting.length))
    this.lasting.copy(content)
    let length = this.lasting.length
    for (const { at = 0, bytes, size } of this.pending) {
      if (size !== undefined && reached()) {
        content.fill(0, size, Math.max(size, length))
        length = size
      }
      for (const [from, upTo] of sectorsOf(at, bytes?.length ?? 0)) {
        if (!reached()) continue
        bytes?.copy(content, at + from, from, upTo)
        length = Math.max(length, at + upTo)
      }
    }
    return content.subarray(0, length)
  }

  #mostBytes(): number {
    return Math.max(
      0,
      ...this.pending.map(({ at = 0, bytes, size = 0 }) =>
        Math.max(size, at + (bytes?.length ?? 0)),
      ),
    )
  }
}

/** The parts of a write that a disk takes one by one. */
function* sectorsOf(at: number, length: number): Generator<readonly [from: number, upTo: number]> {
  for (let from = 0; from < length; ) {
    const upTo = Math.min(length, from + sectorBytes - ((at + from) % sectorBytes))
    yield [from, upTo]
    from = upTo
  }
}

interface Naming {
  readonly path: string
  /** `undefined`: the name goes. */
  readonly file: File | undefined
}

export class Disk {
  /** Names as the running process sees them. */
  readonly #names = new Map<string, File>()
  readonly #lasting = new Map<string, File>()
  readonly #pending: Naming[] = []

  /** A file that was there, whole, before anything was recorded. */
  place(path: string, content: Buffer): void {
    const file = new File()
    file.lasting = Buffer.from(content)
    file.size = content.length
    this.#names.set(path, file)
    this.#lasting.set(path, file)
  }

  play(event: Event): void {
    if (event.kind === 'create') this.#create(event.path, event.truncate)
    else if (event.kind === 'unlink') this.#name(event.path, undefined)
    else if (event.kind === 'sync') this.#sync(event.path)
    else if (event.kind === 'truncate') this.#mustFind(event.path).truncate(event.size)
    else if (event.kind === 'rename') {
      this.#name(event.to, this.#mustFind(event.path))
      this.#name(event.path, undefined)
    } else {
      const file = this.#mustFind(event.path)
      file.write(event.at === 'end' ? file.size : event.at, event.bytes)
    }
  }

  /** The files of a disk after a power cut now. Names come in the order in which they were given. */
  image(data: Fate, names: Fate): Map<string, Buffer> {
    const found = new Map(this.#lasting)
    for (const { path, file } of this.#pending) {
      if (!names()) break
      if (file) found.set(path, file)
      else found.delete(path)
    }
    return new Map([...found].map(([path, file]) => [path, file.image(data)]))
  }

  #create(path: string, truncate: boolean): void {
    const known = this.#names.get(path)
    if (!known) this.#name(path, new File())
    else if (truncate && known.size > 0) known.truncate(0)
  }

  #name(path: string, file: File | undefined): void {
    if (file) this.#names.set(path, file)
    else this.#names.delete(path)
    this.#pending.push({ path, file })
  }

  #sync(path: string): void {
    const file = this.#names.get(path)
    if (file) {
      file.sync()
      return
    }
    const stays = this.#pending.filter((naming) => dirname(naming.path) !== path)
    for (const { path: name, file: named } of this.#pending) {
      if (dirname(name) !== path) continue
      if (named) this.#lasting.set(name, named)
      else this.#lasting.delete(name)
    }
    this.#pending.splice(0, this.#pending.length, ...stays)
  }

  #mustFind(path: string): File {
    const file = this.#names.get(path)
    if (file) return file
    // A file may go while somebody still writes into it: nobody will see that.
    return new File()
  }
}
