/** Backups as the house has them: on demand and on schedule, worked at in a thread of their own. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Worker } from 'node:worker_threads'
import { Counter } from './backup/counter.ts'
import { logIn, peekDone } from './backup/log.ts'
import type { DrillReport } from './backup/report.ts'
import {
  nothingDone,
  openRoutine,
  type Routine,
  type Standing,
  standingOf,
  type Workshop,
} from './backup/routine.ts'
import type { Schedule } from './backup/schedule.ts'
import type { Progress, Wish } from './backup/write.ts'
import type { Config } from './config.ts'
import type { CopyistMessage, CopyistTask, Task } from './copyist.ts'
import type { Duties } from './duties.ts'
import type { Folder } from './folder.ts'
import type { Clock } from './lib/clock.ts'
import { Refusal } from './lib/fault.ts'
import { startThread } from './lib/thread.ts'
import type { BackupPorts } from './services/strongroom/order.ts'
import type { Store } from './store/store.ts'

export interface Backups {
  /** For the operator's API. */
  readonly ports: BackupPorts
  /** What an operator should look at, for the page of health: without names or paths. */
  warnings(): string[]
  close(): Promise<void>
}

export interface BackupNeeds {
  readonly folder: Folder
  readonly config: Config
  readonly store: Store
  readonly duties: Duties
  readonly clock: Clock
  complain(words: string): void
}

export async function openBackups(needs: BackupNeeds): Promise<Backups> {
  const { folder, config, clock, complain } = needs
  const copyists = new Copyists(folder)
  const counter = new Counter(join(config.dataPath, 'backups'), copyists, clock, complain)
  const scheduled = config.backups && (await openScheduled(needs, config.backups, copyists))
  const standing = () => scheduled?.standing()
  return {
    ports: {
      order: (id) => counter.order(id),
      find: (id) => counter.find(id),
      read: (...where) => counter.read(...where),
      remove: (id) => counter.remove(id),
      standing,
    },
    warnings: () => warningsOf(standing()),
    async close() {
      const closing = [scheduled?.close(), counter.close()]
      await copyists.end()
      await Promise.all(closing)
    },
  }
}

const lookEveryMs = 1000

/** Made by whichever node holds the lease; told by all of them. */
async function openScheduled(needs: BackupNeeds, schedule: Schedule, copyists: Copyists) {
  const { folder, store, duties, clock, complain } = needs
  const isShared = folder.place.kind === 'postgres'
  const startedAt = clock.now()
  let routine: Routine | undefined
  let done = nothingDone
  const look = async () => {
    try {
      done = (await store.see(peekDone)) ?? done
    } catch {
      // What was known last is as good while the database is away.
    }
  }
  const looking = isShared ? setInterval(look, lookEveryMs).unref() : undefined
  await duties.take('backups', async (lease) => {
    const ours = { schedule, workshop: copyists, clock, lease, complain }
    const opened = await openRoutine(isShared ? { ...ours, log: logIn(store, lease) } : ours)
    routine = opened
    return {
      async close() {
        const closing = opened.close()
        await copyists.drop()
        await closing
        routine = undefined
      },
    }
  })
  return {
    standing: (): Standing =>
      routine?.standing() ?? standingOf(schedule, done, startedAt, clock.now()),
    async close() {
      clearInterval(looking)
      await routine?.close()
    },
  }
}

function warningsOf(standing: Standing | undefined): string[] {
  if (!standing) return []
  const { failure, isOverdue } = standing
  const overdue = isOverdue ? ['backups: overdue'] : []
  return failure === undefined ? overdue : ['backups: the last one failed', ...overdue]
}

/** A thread for each task, one after the other: two would only be in each other's way. */
class Copyists implements Workshop {
  readonly #folder: Folder
  readonly #running = new Set<Worker>()
  #last: Promise<unknown> = Promise.resolve()
  #isOver = false

  constructor(folder: Folder) {
    this.#folder = folder
  }

  async create(wish: Wish, progress: Progress): Promise<number> {
    const { place, keyring } = this.#folder
    const header = JSON.stringify(keyring.header)
    const draft = `${wish.path}.new`
    const message = await this.#next({ kind: 'create', place, header, wish }, progress, draft)
    if (message.kind !== 'created') throw new Error('a copyist did something else')
    return message.bytes
  }

  async drill(file: string, scratchPath: string): Promise<DrillReport> {
    const scratch = join(scratchPath, 'drill')
    const task = { kind: 'drill', file, scratchPath: scratch } as const
    const message = await this.#next(task, () => {}, scratch)
    if (message.kind !== 'drilled') throw new Error('a copyist did something else')
    return message.report
  }

  /** Ends what is under way; its promise is refused, and nothing of it is left. */
  async end(): Promise<void> {
    this.#isOver = true
    await this.drop()
  }

  /** The same, and others may follow. */
  async drop(): Promise<void> {
    await Promise.all([...this.#running].map((worker) => worker.terminate()))
  }

  /** @param leavings what is removed when the task is over, however it ended */
  #next(task: Task, progress: Progress, leavings: string): Promise<CopyistMessage> {
    const turn = this.#last
      .then(() => this.#run(task, progress))
      .finally(() => {
        rmSync(leavings, { recursive: true, force: true })
      })
    this.#last = turn.catch(() => {})
    return turn
  }

  #run(task: Task, progress: Progress): Promise<CopyistMessage> {
    if (this.#isOver) throw new Refusal('The server is stopping.')
    const { storeId, storeKeys } = this.#folder.keyring
    const workerData: CopyistTask = { ...task, storeId, storeKeys }
    const worker = startThread('copyist', workerData)
    this.#running.add(worker)
    const { promise, resolve, reject } = Promise.withResolvers<CopyistMessage>()
    worker.on('message', (message: CopyistMessage) => {
      if (message.kind === 'progress') progress(message.done, message.of)
      else if (message.kind === 'refused') reject(new Refusal(message.words))
      else resolve(message)
    })
    worker.on('error', reject)
    worker.on('exit', () => {
      this.#running.delete(worker)
      reject(new Refusal('The backup was given up: the server is stopping.'))
    })
    return promise
  }
}
