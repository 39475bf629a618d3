/** What goes along with a client's cache: its log, and with Strongroom behind it the watch and the receipts. */
import type { World } from '../cache/world.ts'
import type { Client, Item, Told } from './client.ts'
import type { Log } from './log.ts'
import type { Outgoing } from './outgoing.ts'
import { isAws } from './places.ts'
import { Receipts } from './receipts.ts'
import type { Settings } from './settings.ts'
import { Refused, type Upstream } from './upstream.ts'
import type { Value, Wanted } from './wanted.ts'
import { Watcher } from './watcher.ts'

export interface CompanionNeeds {
  readonly log: Log
  readonly world: World
  /** For calls that wait. */
  readonly patient: Outgoing
  settings(): Settings
}

/** An application may ask for anything; the log need not repeat all of it. */
const idCharsMax = 256

export class Companion implements Told {
  readonly #needs: CompanionNeeds
  readonly #upstream: Upstream
  readonly #receipts: Receipts | undefined
  #watcher: Watcher | undefined

  constructor(upstream: Upstream, needs: CompanionNeeds) {
    this.#needs = needs
    this.#upstream = upstream
    if (this.#isBeforeAws) return
    const { log, world, settings } = needs
    this.#receipts = new Receipts({
      ...{ upstream, log },
      now: () => world.now(),
      everyMs: () => settings().receiptsMs,
    })
  }

  get #isBeforeAws(): boolean {
    return isAws(this.#upstream.urlOfSecrets)
  }

  attend(client: Client): void {
    if (this.#isBeforeAws) return
    const { log, world, patient, settings } = this.#needs
    this.#watcher = new Watcher(client, {
      ...{ log, world },
      upstream: this.#upstream.by(patient),
      isOn: () => settings().pushes && settings().cacheItemsMax > 0,
    })
  }

  onFetched(item: Item, { version }: Value): void {
    this.#needs.log.debug(`${item.wanted.id}: version ${version} is kept`)
    this.#watcher?.noteKept(item)
  }

  onFailed({ wanted }: Item, error: unknown, servesStale: boolean): void {
    const words = error instanceof Error ? error.message || error.name : 'unknown'
    const code = error instanceof Refused ? `${error.code}: ` : ''
    const meanwhile = servesStale ? '; the value that is kept is served meanwhile' : ''
    this.#needs.log.warn(`${wanted.id.slice(0, idCharsMax)}: ${code}${words}${meanwhile}`)
  }

  onRead(wanted: Wanted, value: Value, application: string | undefined): void {
    this.#receipts?.note(wanted, value, application)
  }

  /** Reports what was read so far. */
  async flush(): Promise<void> {
    await this.#receipts?.flush()
  }

  async close(): Promise<void> {
    await this.#watcher?.close()
    await this.#receipts?.close()
  }
}
