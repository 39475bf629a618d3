/** Every engine that there is, for the suites that hold each to the same promises. */
import { withoutPostgres } from '../postgres.ts'
import { endServer, postgresBench } from './postgres.ts'
import { type Bench, sqliteBench } from './sqlite.ts'

interface Tried {
  readonly name: string
  /** Why it cannot be tried here, or false. */
  readonly skip: string | false
  make(): Bench | Promise<Bench>
  /** After the last of its tests. */
  end(): Promise<void>
}

export const engines: readonly Tried[] = [
  { name: 'sqlite', skip: false, make: () => sqliteBench(), end: async () => {} },
  { name: 'postgres', skip: withoutPostgres, make: postgresBench, end: endServer },
]
