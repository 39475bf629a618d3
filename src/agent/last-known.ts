/**
 * The last values that are known to be good, for a start without network. They are served only while a
 * service cannot be reached, never longer than their maximum age after they were read, and not at all once
 * the service has refused them.
 */
import { LastFile, type Saved, Unusable } from './last-file.ts'
import { readLastKey } from './last-key.ts'
import type { LastSettings } from './last-settings.ts'
import { type Log, Refrain } from './log.ts'
import type { Value } from './wanted.ts'

export interface LastNeeds {
  readonly settings: LastSettings
  /** What the file is bound to: the services and whose credentials. */
  readonly place: readonly string[]
  readonly credentialsFolder: string | undefined
  readonly log: Log
  now(): number
}

/** What one client reads and writes of it. */
export interface Memory {
  /** A value that may be served while the service is away, and until when. */
  find(key: string): { readonly value: Value; readonly until: number } | undefined
  note(key: string, value: Value): void
  /** The service has refused it. */
  drop(key: string): void
  readonly isEmpty: boolean
}

/** Many reads after a start make one file. */
const writeAfterMs = 5000
const itemsMax = 4096
const bytesMax = 16 << 20
/** A clock that was set back must not lengthen a life. */
const aheadMsMax = 300_000

export class LastKnown {
  readonly #needs: LastNeeds
  readonly #file: LastFile
  readonly #refrain = new Refrain()
  /** What was read longest ago first. */
  readonly #saved = new Map<string, Saved>()
  #bytes = 0
  #timer: NodeJS.Timeout | undefined

  /** Throws Refusal where there is no key or no safe folder; a file that can't be used is told in the log. */
  constructor(needs: LastNeeds) {
    const { settings, credentialsFolder, place, log } = needs
    this.#needs = needs
    this.#file = new LastFile(settings.path, readLastKey(settings.key, credentialsFolder), place)
    try {
      for (const saved of this.#file.read()) if (this.#isYoung(saved)) this.#put(saved)
      log.info(`${settings.path}: ${this.#saved.size} values for a start without network`)
    } catch (thrown) {
      if (!(thrown instanceof Unusable)) throw thrown
      log.warn(`${settings.path} is not used: ${thrown.message}`)
    }
  }

  /** @param whose credentials; what was read with others is not found */
  of(whose: string): Memory {
    const found = (key: string) => this.#saved.get(nameOf(whose, key))
    const all = () => [...this.#saved.values()]
    return {
      find: (key) => {
        const saved = found(key)
        if (!saved || !this.#isYoung(saved)) return undefined
        return { value: saved.value, until: saved.at + this.#needs.settings.ageMsMax }
      },
      note: (key, value) => {
        this.#put({ whose, key, value, at: this.#needs.now() })
        this.#writeSoon()
      },
      drop: (key) => {
        if (this.#take(nameOf(whose, key))) this.#writeSoon()
      },
      get isEmpty() {
        return !all().some((each) => each.whose === whose)
      },
    }
  }

  /** Writes what there is. What fails is told, and tried again with the next value. */
  write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { log } = this.#needs
    try {
      this.#file.write([...this.#saved.values()].filter((each) => this.#isYoung(each)))
      this.#refrain.isNews(undefined)
    } catch (thrown) {
      const { code = 'failed' } = thrown as NodeJS.ErrnoException
      if (this.#refrain.isNews(code)) log.warn(`${this.#file.path} can't be written (${code})`)
    }
  }

  close(): void {
    if (this.#timer !== undefined) this.write()
  }

  #writeSoon(): void {
    this.#timer ??= setTimeout(() => this.write(), writeAfterMs).unref()
  }

  #put(saved: Saved): void {
    const name = nameOf(saved.whose, saved.key)
    this.#take(name)
    this.#saved.set(name, saved)
    this.#bytes += bytesOf(saved)
    for (const oldest of this.#saved.keys()) {
      if (this.#saved.size <= itemsMax && this.#bytes <= bytesMax) return
      this.#take(oldest)
    }
  }

  #take(name: string): boolean {
    const saved = this.#saved.get(name)
    if (!saved) return false
    this.#bytes -= bytesOf(saved)
    return this.#saved.delete(name)
  }

  #isYoung({ at }: Saved): boolean {
    const age = this.#needs.now() - at
    return age < this.#needs.settings.ageMsMax && age > -aheadMsMax
  }
}

const nameOf = (whose: string, key: string): string => JSON.stringify([whose, key])

const bytesOf = ({ key, value }: Saved): number => key.length + value.body.length
