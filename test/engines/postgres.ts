/** A PostgreSQL engine in a database of its own, for the suites that run on every engine. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Anchor } from '../../src/store/anchor.ts'
import type { Engine } from '../../src/store/engine.ts'
import { firstLink } from '../../src/store/journal.ts'
import { openPostgres, type PostgresOptions } from '../../src/store/postgres/engine.ts'
import { createTables } from '../../src/store/postgres/tables.ts'
import { raisePostgres, type TestPostgres } from '../postgres.ts'
import { type Bench, benchKeys } from './sqlite.ts'

let server: Promise<TestPostgres> | undefined
let databases = 0

/** One server for all benches of a process; it ends with the process. */
const serverHere = (): Promise<TestPostgres> => {
  server ??= raisePostgres({ logs: false })
  return server
}

/** A new database; its address. */
export async function newDatabase(): Promise<string> {
  const { run, url } = await serverHere()
  const name = `bench${process.pid}_${++databases}`
  await run(`CREATE DATABASE ${name}`)
  return url.replace(/[^/]*$/, name)
}

/** Ends the server, if one was raised. */
export async function endServer(): Promise<void> {
  await (await server)?.[Symbol.asyncDispose]()
  server = undefined
}

export interface PostgresBench extends Bench {
  readonly url: string
  open(options?: Partial<PostgresOptions>): Promise<Engine>
}

export async function postgresBench(): Promise<PostgresBench> {
  const url = await newDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-engine-'))
  const keys = benchKeys()
  const anchorPath = join(folder, 'anchor')
  await createTables(url, '{}', firstLink)
  return {
    name: 'postgres',
    keys,
    folder,
    url,
    open: (options) =>
      openPostgres({
        ...{ url, keys, anchorPath },
        // A busy machine is no outage.
        patienceMs: 60_000,
        fatal(reason) {
          throw new Error(reason)
        },
        ...options,
      }),
    anchored: (of) => new Anchor(anchorPath, of).read()?.seq,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
