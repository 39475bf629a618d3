/** The collections of Lambda and the questions that its operations ask of them. */
import type { Attempt, ListOptions, Look } from '../../store/attempt.ts'
import { collection } from '../../store/collection.ts'
import type {
  Code,
  FunctionRecord,
  PolicyRecord,
  QueuedRecord,
  Settings,
  Shelf,
} from './records.ts'

const functions = collection<FunctionRecord>('functions')
const versions = collection<Settings>('function-versions')
const policies = collection<PolicyRecord>('function-policies')
/** A zip in pieces: rows of a size that every engine takes, carried by backups and to other nodes. */
const code = collection<{ readonly bytes: string }>('function-code')
/** What an account has reserved of a region's concurrency, all functions together. */
const reserved = collection<{ readonly total: number }>('functions-reserved')
const queue = collection<QueuedRecord>('invocations')
const queueByDue = collection<{ readonly id: string }>('invocations-due')

const functionsCount = 'functions-count'
const codeBytes = 'function-code-bytes'
const queuedCount = 'invocations-count'
const queuedBytes = 'invocation-bytes'

/** Base64 of one is 342 KiB. */
const pieceBytes = 256 << 10
const piecesPerPage = 8

/** An invocation by the instant from which somebody may try it. */
export interface DueInvocation {
  readonly id: string
  readonly dueAt: number
}

export class FunctionReader {
  protected readonly look: Look

  constructor(look: Look) {
    this.look = look
  }

  find({ account, region }: Shelf, name: string): FunctionRecord | undefined {
    return this.look.get(functions, account, region, name)
  }

  findVersion(
    { account, region }: Shelf,
    { name, id }: FunctionRecord,
    version: number,
  ): Settings | undefined {
    return this.look.get(versions, account, region, name, id, version)
  }

  findPolicy(
    { account, region }: Shelf,
    { name, id }: FunctionRecord,
    qualifier: string,
  ): PolicyRecord | undefined {
    return this.look.get(policies, account, region, name, id, qualifier)
  }

  /** Functions in the order of their names. */
  async list({ account, region }: Shelf, options: ListOptions): Promise<FunctionRecord[]> {
    const items = await this.look.list(functions, [account, region], options)
    return items.map(({ record }) => record)
  }

  /** The zip of a version, put together. */
  async readCode(
    { account, region }: Shelf,
    { name, id }: Pick<FunctionRecord, 'name' | 'id'>,
    { id: codeId, bytes }: Code,
  ): Promise<Uint8Array> {
    const zip = Buffer.alloc(bytes)
    const parts = [account, region, name, id, codeId]
    let filled = 0
    for (let index = 0; filled < bytes; index += piecesPerPage) {
      const after = index > 0 ? { after: [index - 1] } : {}
      const page = await this.look.list(code, parts, { itemsMax: piecesPerPage, ...after })
      if (page.length === 0) throw new Error('a piece of a function is missing')
      for (const { record } of page) filled += zip.write(record.bytes, filled, 'base64')
    }
    return zip
  }

  /** What an account has reserved in a region. */
  reserved({ account, region }: Shelf): number {
    return this.look.get(reserved, account, region)?.total ?? 0
  }

  /** About how many functions stand on a shelf, and how long their zips are together. */
  async usage({ account, region }: Shelf) {
    const [count, bytes] = await Promise.all([
      this.look.counted(functionsCount, account, region),
      this.look.counted(codeBytes, account, region),
    ])
    return { count, bytes }
  }

  /** About how many invocations wait on a shelf, and how long their payloads are together. */
  async queued({ account, region }: Shelf) {
    const [count, bytes] = await Promise.all([
      this.look.counted(queuedCount, account, region),
      this.look.counted(queuedBytes, account, region),
    ])
    return { count, bytes }
  }

  findQueued(id: string): QueuedRecord | undefined {
    return this.look.get(queue, id)
  }

  /** The invocations that may be tried first. */
  async firstDue(itemsMax: number): Promise<DueInvocation[]> {
    const items = await this.look.list(queueByDue, [], { itemsMax })
    return items.map(({ parts: [dueAt = ''], record: { id } }) => ({ id, dueAt: Number(dueAt) }))
  }
}

export class FunctionStore extends FunctionReader {
  readonly #attempt: Attempt

  constructor(attempt: Attempt) {
    super(attempt)
    this.#attempt = attempt
  }

  /** Writes a function that was not there before. */
  add(shelf: Shelf, record: FunctionRecord): void {
    this.replace(shelf, record)
    this.#attempt.count(1, functionsCount, shelf.account, shelf.region)
  }

  replace({ account, region }: Shelf, record: FunctionRecord): void {
    this.#attempt.put(functions, [account, region, record.name], record)
  }

  addVersion({ account, region }: Shelf, { name, id }: FunctionRecord, settings: Settings): void {
    const { version } = settings
    this.#attempt.put(versions, [account, region, name, id, Number(version)], settings)
  }

  removeVersion({ account, region }: Shelf, { name, id }: FunctionRecord, version: number): void {
    this.#attempt.remove(versions, account, region, name, id, version)
  }

  /** Writes the policy of a qualifier; `undefined` removes it. The function's own record names it. */
  putPolicy(
    { account, region }: Shelf,
    { name, id }: FunctionRecord,
    qualifier: string,
    policy: PolicyRecord | undefined,
  ): void {
    const parts = [account, region, name, id, qualifier] as const
    if (policy) this.#attempt.put(policies, parts, policy)
    else this.#attempt.remove(policies, ...parts)
  }

  addCode(
    { account, region }: Shelf,
    { name, id }: Pick<FunctionRecord, 'name' | 'id'>,
    { id: codeId }: Code,
    zip: Uint8Array,
  ): void {
    const bytes = Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength)
    for (let index = 0; index * pieceBytes < bytes.length; index++) {
      const start = index * pieceBytes
      const piece = bytes.toString('base64', start, start + pieceBytes)
      this.#attempt.put(code, [account, region, name, id, codeId, index], { bytes: piece })
    }
    this.#attempt.count(bytes.length, codeBytes, account, region)
  }

  removeCode(
    { account, region }: Shelf,
    { name, id }: Pick<FunctionRecord, 'name' | 'id'>,
    { id: codeId, bytes }: Code,
  ): void {
    for (let index = 0; index * pieceBytes < bytes; index++) {
      this.#attempt.remove(code, account, region, name, id, codeId, index)
    }
    this.#attempt.count(-bytes, codeBytes, account, region)
  }

  /** Removes a function's own record. Its versions, policies and code are the caller's to remove. */
  remove({ account, region }: Shelf, { name }: FunctionRecord): void {
    this.#attempt.remove(functions, account, region, name)
    this.#attempt.count(-1, functionsCount, account, region)
  }

  setReserved({ account, region }: Shelf, total: number): void {
    this.#attempt.put(reserved, [account, region], { total })
  }

  enqueue(id: string, record: QueuedRecord): void {
    const { account, region } = record.shelf
    this.#attempt.put(queue, [id], record)
    this.#attempt.put(queueByDue, [record.dueAt, id], { id })
    this.#attempt.count(1, queuedCount, account, region)
    this.#attempt.count(record.payload.length, queuedBytes, account, region)
  }

  /** Writes an invocation in place of what it was before. */
  requeue(id: string, before: QueuedRecord, record: QueuedRecord): void {
    this.#attempt.remove(queueByDue, before.dueAt, id)
    this.#attempt.put(queue, [id], record)
    this.#attempt.put(queueByDue, [record.dueAt, id], { id })
  }

  dequeue(id: string, record: QueuedRecord): void {
    const { account, region } = record.shelf
    this.#attempt.remove(queueByDue, record.dueAt, id)
    this.#attempt.remove(queue, id)
    this.#attempt.count(-1, queuedCount, account, region)
    this.#attempt.count(-record.payload.length, queuedBytes, account, region)
  }
}
