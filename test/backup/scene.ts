/** A house with secrets to back up, and backups of its folder as it serves. */
import { randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeBackup } from '../../src/backup/write.ts'
import { backupKeysOf, sealOfFile } from '../../src/restore.ts'
import { readWhole } from '../../src/store/sqlite/whole.ts'
import type { Whole } from '../../src/store/whole.ts'
import { type HouseOptions, raiseHouse, type TestHouse } from '../house.ts'
import { callJson, type RawAnswer } from '../raw.ts'

export interface Scene extends AsyncDisposable {
  /** For everything that the test writes; ends with it. */
  readonly folder: string
  readonly house: TestHouse
  readonly rootKeyPath: string
  call(operation: string, input: object): Promise<RawAnswer>
  create(Name: string, SecretString?: string): Promise<void>
  /** A backup of the house as it stands now, or of another whole. */
  backup(name?: string, whole?: Whole): Promise<string>
  /** A house on a restored folder; root's credentials are no part of a backup and are put beside it. */
  raise(dataPath: string): Promise<TestHouse>
}

export async function raiseScene(options: HouseOptions = {}): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-backups-'))
  const house = await raiseHouse({ dataPath: join(folder, 'data'), ...options })
  const rootKeyPath = join(house.dataPath, 'root.key')
  const call = (operation: string, input: object) =>
    callJson(`secretsmanager.${operation}`, input, { url: house.url, keys: house.root })
  return {
    folder,
    house,
    rootKeyPath,
    call,
    async create(Name, SecretString = `value of ${Name}`) {
      const input = { Name, SecretString, ClientRequestToken: randomUUID() }
      const { status, body } = await call('CreateSecret', input)
      if (status !== 200) throw new Error(body)
    },
    async backup(
      name = `${randomUUID()}.backup`,
      whole = readWhole(join(house.dataPath, 'store.db'), () => undefined),
    ) {
      const path = join(folder, name)
      try {
        const keyring = await sealOfFile(rootKeyPath).open(whole.header)
        await writeBackup(whole, backupKeysOf(keyring), {
          path,
          backupId: randomUUID(),
          madeAt: Date.now(),
        })
      } finally {
        await whole.close()
      }
      return path
    },
    raise(dataPath) {
      const name = 'root-credentials'
      cpSync(join(house.dataPath, name), join(dataPath, name))
      return raiseHouse({ dataPath })
    },
    async [Symbol.asyncDispose]() {
      await house[Symbol.asyncDispose]()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Every row of a database by kind and key, as texts that can be compared. */
export const rowsOf = (databasePath: string): Promise<Record<string, string>> =>
  rowsOfWhole(readWhole(databasePath, () => undefined))

export async function rowsOfWhole(whole: Whole): Promise<Record<string, string>> {
  const rows: Record<string, string> = { header: whole.header }
  try {
    for await (const part of whole.parts()) {
      for (const row of part.rows) {
        const name = 'seq' in row ? String(row.seq).padStart(9, '0') : row.key
        rows[`${part.kind} ${name}`] = printed(row)
      }
    }
  } finally {
    await whole.close()
  }
  return rows
}

const printed = (row: object): string =>
  JSON.stringify(
    Object.entries(row).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
    ]),
  )
