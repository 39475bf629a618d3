/**
 * The other processes of a house, wired, as the first one sees them: what each is told when it starts, and
 * what it may ask. They answer what needs only the store; all that stands once stays here.
 */
import type { Config } from './config.ts'
import type { Folder } from './folder.ts'
import { programAt } from './lib/place.ts'
import type { Metering } from './metering.ts'
import { type Snapshot, Sums } from './metrics/sums.ts'
import type { Use } from './metrics/usage.ts'
import { type FrontHall, type Received, respond } from './server/front.ts'
import { type ServerLimits, serverLimits } from './server/limits.ts'
import type { Listening, Visitor } from './server/listen.ts'
import type { Conflicted } from './store/engine.ts'
import { type Parcel, proposalsIn } from './store/parcel.ts'
import type { Store } from './store/store.ts'
import type { Answer } from './wire/protocol.ts'
import { Crew } from './workers/crew.ts'
import type { Handlers } from './workers/line.ts'
import type { World } from './world.ts'

/** What a process is told when it starts, over a channel that nobody else can open. */
export interface Briefing {
  readonly config: Config
  readonly limits: ServerLimits
  readonly databasePath: string
  readonly header: string
  readonly traces?: { readonly url: string; readonly headers: Readonly<Record<string, string>> }
  /** The store keys, by their number. */
  readonly storeKeys: readonly (readonly [id: number, key: Uint8Array])[]
}

/** Attempts of another process, to be committed. */
export interface Batch {
  readonly proposals: Parcel
  /** Something in them, or in what follows, makes a rotation due. */
  readonly isRotationDue: boolean
}

/** What another process counted since it told the last time. */
export interface Counts {
  readonly uses: readonly Use[]
  readonly strangers: ReadonlyMap<string, Readonly<Record<string, number>>>
}

export interface Employer {
  readonly folder: Folder
  readonly config: Config
  readonly world: World
  readonly store: Store
  readonly metering: Metering
  readonly listening: Pick<Listening, 'server'>
  /** The corridor, once it stands. */
  hall(): FrontHall
  page(path: string, visitor: Visitor): Answer | undefined | Promise<Answer | undefined>
  noteStranger(sourceIp: string, code: string, count: number): void
  wakeRotation(): void
}

export interface Staff {
  /** Begins with them; resolves when they answer. */
  start(): Promise<void>
  /** What they have counted, as they say now. */
  readonly sums: (() => Promise<Sums>) | undefined
  /** What an operator should look at, for the page of health. */
  warnings(): string[]
  /** Runs while there is none of them. */
  alone(run: () => Promise<void>): Promise<void>
  /** Resolves when they have answered what they took, and are gone. */
  close(): Promise<void>
}

const nobody: Staff = {
  start: async () => {},
  sums: undefined,
  warnings: () => [],
  alone: (run) => run(),
  close: async () => {},
}

/** None where one process is enough. */
export function openStaff(employer: Employer): Staff {
  const { config, world, store, listening } = employer
  const count = config.workers - 1
  if (count === 0) return nobody
  const limits = world.limits ?? serverLimits
  const sums = new Sums()
  const crew = new Crew({
    ...{ count, server: listening.server, complain: world.complain },
    file: programAt('worker'),
    opening: () => briefingOf(employer, limits),
    handlers: (pid) => handlersOf(employer, (snapshot) => sums.note(pid, snapshot)),
    left: (pid) => sums.left(pid),
    drainMilliseconds: limits.drainMilliseconds,
  })
  store.onCommit((changed) => {
    if (changed.length > 0) crew.tell('changed')
  })
  return {
    start: () => crew.start(),
    async sums() {
      await crew.askAll('count')
      return sums
    },
    warnings: () => (crew.isWhole ? [] : [`workers: ${crew.ready + 1} of ${count + 1} answer`]),
    alone: (run) => crew.alone(run),
    close: () => crew.close(),
  }
}

/** What is the first process's alone to do, and every secret that is for it, is left out. */
function briefingOf({ config, folder }: Employer, limits: ServerLimits): Briefing {
  const { keyring, place } = folder
  if (place.kind !== 'sqlite') throw new Error('workers share a data folder')
  const { root, metricsToken, backups, exports, ...rest } = config
  const { buckets, filesEverySeconds, traces } = exports
  return {
    config: { ...rest, seal: {}, exports: { buckets, filesEverySeconds } },
    ...(traces && { traces: { ...traces, url: traces.url.href } }),
    limits,
    databasePath: place.databasePath,
    header: JSON.stringify(keyring.header),
    storeKeys: [...keyring.storeKeys].map(([id, key]) => [id, key.export()]),
  }
}

const handlersOf = (employer: Employer, counted: (snapshot: Snapshot) => void): Handlers => ({
  commit: (batch: Batch) => commit(employer, batch),
  respond: (received: Received) => respond(employer.hall(), received),
  page: ({ path, visitor }: { path: string; visitor: Visitor }) => employer.page(path, visitor),
  counts: ({ uses, strangers }: Counts) => {
    employer.metering.usage.join(uses)
    for (const [sourceIp, codes] of strangers) {
      for (const [code, count] of Object.entries(codes))
        employer.noteStranger(sourceIp, code, count)
    }
  },
  counted,
  complain: (words: string) => employer.world.complain(words),
})

/** A part that found no space is tried again, where another part was written: then all of it finds none. */
async function commit(
  { store, wakeRotation }: Employer,
  { proposals: parcel, isRotationDue }: Batch,
) {
  const proposals = proposalsIn(parcel)
  const settled = await Promise.allSettled(proposals.map((proposal) => store.submit(proposal)))
  if (isRotationDue) wakeRotation()
  const failure = settled.find((each) => each.status === 'rejected')
  if (failure && settled.every(({ status }) => status === 'rejected')) throw failure.reason
  return settled.map((each): Conflicted => (each.status === 'fulfilled' ? each.value : ''))
}
