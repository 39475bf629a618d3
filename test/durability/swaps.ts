/**
 * What somebody who may write the database can do without a key: give records each other's sealed bytes.
 * All pairs of some secrets are swapped, as many as fit at a time; each must fail closed, on record.
 */
import { randomUUID } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { raiseHouse, type TestHouse } from '../house.ts'
import { callJson, type RawAnswer } from '../raw.ts'
import { StrongroomRecords } from '../wire/strongroom/records.ts'

export interface Outcome {
  swaps: number
  reads: number
  /** Reads that were refused, with an audit record that says so. */
  refused: number
  readonly wrong: string[]
}

export const nameOf = (n: number): string => `swap/${String(n).padStart(2, '0')}`
const valueFor = (n: number): string => `the value of ${nameOf(n)}`

const call = (house: TestHouse, operation: string, input: object): Promise<RawAnswer> =>
  callJson(`secretsmanager.${operation}`, input, { url: house.url, keys: house.root })

/** A stopped house's folder with so many secrets of two versions each. */
export async function furnish(dataPath: string, count: number): Promise<void> {
  await using house = await raiseHouse({ dataPath })
  for (let n = 0; n < count; n++) {
    const Name = nameOf(n)
    const first = {
      Name,
      SecretString: `an older ${valueFor(n)}`,
      ClientRequestToken: randomUUID(),
    }
    await call(house, 'CreateSecret', first)
    const second = { SecretId: Name, SecretString: valueFor(n), ClientRequestToken: randomUUID() }
    await call(house, 'PutSecretValue', second)
  }
  await house.stop()
}

/** The rounds of a tournament: each round pairs everybody once, all rounds together everybody with everybody. */
export function roundsOf(count: number): (readonly [number, number])[][] {
  return Array.from({ length: count - 1 }, (_, round) =>
    Array.from({ length: count / 2 }, (_, table): readonly [number, number] => {
      const seat = (at: number) => (at === 0 ? 0 : 1 + ((at - 1 + round) % (count - 1)))
      return [seat(table), seat(count - 1 - table)]
    }),
  )
}

/** What is swapped: a secret's own record, or its newest version. */
export type Target = 'secrets' | 'versions'

/** Swaps the sealed bytes of each pair, starts a house on the copy and reads everything. */
export async function playRound(
  dataPath: string,
  folder: string,
  target: Target,
  pairs: readonly (readonly [number, number])[],
  outcome: Outcome,
): Promise<void> {
  const path = mkdtempSync(join(folder, 'swapped-'))
  cpSync(dataPath, path, { recursive: true })
  swapIn(join(path, 'store.db'), target, pairs)
  outcome.swaps += pairs.length
  const house = await raiseHouse({ dataPath: path })
  try {
    for (const n of pairs.flat()) await read(house, n, outcome)
  } finally {
    await house.stop()
    rmSync(path, { recursive: true, force: true })
  }
}

function swapIn(
  databasePath: string,
  target: Target,
  pairs: readonly (readonly [number, number])[],
): void {
  using database = new DatabaseSync(databasePath)
  const find = database.prepare('SELECT key, row FROM records WHERE key LIKE ? ORDER BY rowid DESC')
  const put = database.prepare('UPDATE records SET row = ? WHERE key = ?')
  for (const [a, b] of pairs) {
    const [one, two] = [a, b].map((n) => {
      const prefix = [target, '000000000000', 'us-east-1', nameOf(n)].join('\u001f')
      return find.get(`${prefix}%`) as { key: string; row: Uint8Array }
    })
    if (!one || !two) throw new Error('no such record')
    put.run(two.row, one.key)
    put.run(one.row, two.key)
  }
}

async function read(house: TestHouse, n: number, outcome: Outcome): Promise<void> {
  outcome.reads++
  const SecretId = nameOf(n)
  const { status, body, requestId } = await call(house, 'GetSecretValue', { SecretId })
  if (status === 200) outcome.wrong.push(`${SecretId} was answered: ${body}`)
  const records = await new StrongroomRecords(house).newest(5)
  const record = records.find(({ requestID }) => requestID === requestId)
  if (record?.errorCode) outcome.refused++
  else outcome.wrong.push(`${SecretId} was refused without a record`)
}
