/**
 * The keys of a store that is being served: which seal opens it, moving it to another, a new store key.
 * Every change is one commit of the header; what must follow outside (a file that is switched, an old
 * seal that is dropped, records that are sealed anew) follows from what the header says, so that a
 * process which is killed anywhere leaves a store that opens, and a next one that goes on.
 */
import type { KeyObject } from 'node:crypto'
import {
  type Header,
  makeStoreKey,
  type OpenSeal,
  type StoreKeys,
  unwrapKeys,
  wrapKeys,
} from '../keyring/header.ts'
import { hourMs } from '../lib/clock.ts'
import { Refusal } from '../lib/fault.ts'
import type { Attempt } from '../store/attempt.ts'
import type { CustodyParts } from './custody-parts.ts'
import {
  failureOf,
  type LastMove,
  type Moving,
  nextKeyId,
  readHeader,
  type Step,
} from './moving.ts'
import { parseSeal, printSeal } from './name.ts'
import { writePin } from './pin.ts'
import type { Progress } from './resealing.ts'
import type { Seal } from './seal.ts'
import { sealNamed } from './sources.ts'

/** How long a KMS is waited for while a caller waits for the answer. */
const movingMilliseconds = 10_000
const movingsMax = 8

export class Custody {
  readonly #parts: CustodyParts
  #seal: Seal
  #own: OpenSeal
  /** Those that were proposed; the header says which was committed. */
  #movings: Moving[] = []
  #lastMove: LastMove | undefined
  #turn: Promise<void> = Promise.resolve()
  #notBefore = 0
  #following = 0

  constructor(parts: CustodyParts, seal: Seal, own: OpenSeal) {
    this.#parts = parts
    this.#seal = seal
    this.#own = own
    parts.store.onHeader(() => this.#follow())
  }

  get seal(): string {
    return printSeal(this.#seal.name)
  }

  /** The seal that --seal named at this start: the next one must name another after a move. */
  get told(): string | undefined {
    const { told } = this.#parts.sources
    return told && printSeal(told)
  }

  /** Something that was committed is not followed up yet. */
  get isMoving(): boolean {
    return this.#parts.keyring.header.seals.length > 1 || this.#following > 0
  }

  get storeKeys(): Header['keys'] {
    return this.#parts.keyring.header.keys
  }

  get floor(): number {
    return this.#parts.keyring.header.floor
  }

  get resealing(): Progress | undefined {
    return this.#parts.resealing.progress
  }

  get lastMove(): LastMove | undefined {
    return this.#lastMove
  }

  /** Comes by the root key again, as a start would. Throws Refusal. */
  async prove(): Promise<void> {
    const { storeId } = this.#parts.keyring
    const root = await this.#again(this.#seal).open(this.#own.terms, storeId)
    if (!root.equals(this.#own.root)) throw new Refusal(this.#seal.wrong)
  }

  /** What cannot be asked for again without a person is taken as read. */
  #again(seal: Seal): Seal {
    return seal.kind === 'passphrase' ? { ...seal, open: async () => this.#own.root } : seal
  }

  /** Makes a root key under another seal; nothing of the store is changed. Throws Refusal. */
  async prepare(to: string, secret: string | undefined): Promise<Moving> {
    const { dataPath, sources, keyring } = this.#parts
    const name = parseSeal(to)
    if (name.kind === 'passphrase' && secret === undefined) {
      throw new Refusal('A new passphrase is needed to seal by one.')
    }
    const patient = { ...sources, waitMilliseconds: movingMilliseconds }
    const seal = sealNamed(dataPath, name, patient, secret)
    const open = await seal.make(keyring.storeId)
    if (!open.root.equals(this.#own.root)) return { seal, open }
    throw new Refusal(`${to} holds the root key that the store has already: give it another one.`)
  }

  /** The same for the seal that it has. */
  prepareAnew(secret: string | undefined): Promise<Moving> {
    const { name } = this.#seal
    if (['file', 'passphrase', 'kms'].includes(name.kind)) return this.prepare(this.seal, secret)
    throw new Refusal(
      `The root key of ${this.seal} is not strongroom's to make: put a new one elsewhere and move there by strongroom seal rewrap --to.`,
    )
  }

  /** Puts a header with both seals into the attempt. Throws Refusal while something else goes on. */
  async proposeMove(attempt: Attempt, moving: Moving): Promise<void> {
    const header = await this.#settled(attempt)
    this.#movings = [...this.#movings.slice(1 - movingsMax), moving]
    attempt.putHeader(this.#print(header, [this.#own, moving.open]))
  }

  /** Puts a header with a new store key into the attempt. Throws Refusal while something else goes on. */
  async proposeStoreKey(attempt: Attempt, at: number, key: KeyObject): Promise<number> {
    const header = await this.#settled(attempt)
    const id = nextKeyId(header)
    const keys = [...header.keys, { id, since: at }]
    const storeKeys = new Map([...this.#parts.keyring.storeKeys, [id, key]])
    attempt.putHeader(this.#print({ ...header, keys }, [this.#own], storeKeys))
    return id
  }

  makeStoreKey(): KeyObject {
    return makeStoreKey()
  }

  async #settled(attempt: Attempt): Promise<Header> {
    const { keyring, mustBeAlone } = this.#parts
    await mustBeAlone(attempt)
    const header = readHeader(await attempt.header())
    const isOurs = header.keys.every(({ id }) => keyring.storeKeys.has(id))
    if (header.seals.length === 1 && isOurs) return header
    throw new Refusal('The store is moving to another seal just now: wait until it has.')
  }

  #print(
    header: Header,
    seals: readonly OpenSeal[],
    storeKeys: StoreKeys = this.#parts.keyring.storeKeys,
  ): string {
    return JSON.stringify(wrapKeys(header, storeKeys, seals))
  }

  /** What time brings: older keys outlive what they were kept for, and what could not go on may go on. */
  tick(at: number): void {
    this.#parts.keyring.forget(at)
    if (at < this.#notBefore) return
    this.#notBefore = at + hourMs
    this.#follow()
  }

  /** When what was begun is done, or left to the next start. */
  async close(): Promise<void> {
    await this.#turn
    await this.#parts.resealing.close()
  }

  #follow(): void {
    const { complain } = this.#parts
    this.#following++
    this.#turn = this.#turn
      .then(() => this.#goOn())
      .catch((thrown) => complain(`keys: ${thrown instanceof Error ? thrown.message : 'failed'}`))
      .finally(() => {
        this.#following--
      })
  }

  async #goOn(): Promise<void> {
    const { resealing, store } = this.#parts
    const header = readHeader(await store.header())
    // Unwrapped from what was read back: a store key that would not open is never sealed under.
    const opened = unwrapKeys(this.#own.root, header)
    if (!opened) throw new Refusal('the header of the store does not open by its seal any more')
    await this.#takeUp(header, opened.storeKeys)
    if (header.seals.length > 1) {
      this.#stage('both seals committed')
      await this.#finishMove(header)
    }
    if (header.keys.every(({ id }) => id <= header.floor)) return
    this.#stage('store key committed')
    resealing.start(() => this.#raiseFloor())
  }

  async #takeUp(header: Header, storeKeys: StoreKeys): Promise<void> {
    const { keyring, journalKeys, store, withoutOthers } = this.#parts
    const before = keyring.header
    if (before.floor === header.floor && before.keys.length === header.keys.length) {
      keyring.apply(header, storeKeys)
      return
    }
    await withoutOthers(async () => {
      keyring.apply(header, storeKeys)
      await store.rekey(journalKeys)
    })
  }

  /** Two seals stand in the header: one goes, and it is the new one unless it was proven. */
  async #finishMove(header: Header): Promise<void> {
    const last = { ...header, seals: header.seals.slice(-1) }
    const moving = this.#movings.find(({ open }) => unwrapKeys(open.root, last))
    this.#movings = []
    const old = this.#seal
    const { storeKeys } = this.#parts.keyring
    const failure = moving ? await failureOf(moving, header, storeKeys) : 'the process was ended'
    if (moving && failure === undefined) {
      moving.seal.keep()
      this.#stage('new seal kept')
      writePin(this.#parts.dataPath, moving.seal.name)
      this.#stage('new seal remembered')
      this.#seal = moving.seal
      this.#own = moving.open
    }
    const to = moving ? printSeal(moving.seal.name) : 'another seal'
    const lastMove = { to, ...(failure !== undefined && { failure }) }
    const facts = { from: printSeal(old.name), ...lastMove }
    await this.#dropOthers(failure === undefined ? 'SealMoved' : 'SealKept', facts)
    this.#stage('old seal dropped')
    if (failure === undefined && old.name.kind !== this.#seal.name.kind) old.retire()
    this.#stage('old seal retired')
    this.#lastMove = lastMove
  }

  #stage(step: Step): void {
    this.#parts.stage?.(step)
  }

  async #dropOthers(name: string, facts: Readonly<Record<string, string>>): Promise<void> {
    await this.#parts.store.attempt(async (attempt) => {
      const header = readHeader(await attempt.header())
      attempt.putHeader(this.#print(header, [this.#own]))
      attempt.record(this.#parts.actRecord(name, facts))
    })
  }

  /** Nothing is sealed under an older store key any more. */
  async #raiseFloor(): Promise<void> {
    await this.#parts.store.attempt(async (attempt) => {
      const header = await this.#settled(attempt)
      const floor = Math.max(...header.keys.map(({ id }) => id))
      attempt.putHeader(this.#print({ ...header, floor }, [this.#own]))
      attempt.record(this.#parts.actRecord('StoreKeyRotated', { storeKey: String(floor) }))
    })
    this.#stage('floor raised')
  }
}
