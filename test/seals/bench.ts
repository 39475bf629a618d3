/** What tests of keys share: a furnished house, readers that never stop, waiting for a change of keys. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { callStrongroom } from '../../src/cli/client.ts'
import type { DescribeSealResponse } from '../../src/contract/generated/strongroom.ts'
import { keyIdOf } from '../../src/lib/sealer.ts'
import type { Keys, TestHouse } from '../house.ts'
import { callJson } from '../raw.ts'
import { until } from '../until.ts'

type At = Pick<TestHouse, 'url' | 'root'>

export const nameOf = (n: number): string => `seals/${n}`
export const textOf = (n: number): string => `value ${n} of the seals`

export async function furnish(house: At, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const input = { Name: nameOf(n), SecretString: textOf(n), ClientRequestToken: randomUUID() }
      const { status } = await callJson('secretsmanager.CreateSecret', input, optionsOf(house))
      assert.equal(status, 200)
    }),
  )
}

const optionsOf = ({ url, root }: At, keys: Keys = root) => ({ url, keys })

/** Throws unless the secret has its value. */
export async function mustRead(house: At, n: number): Promise<void> {
  const input = { SecretId: nameOf(n) }
  const { status, body } = await callJson('secretsmanager.GetSecretValue', input, optionsOf(house))
  assert.equal(status, 200, body)
  assert.equal(JSON.parse(body).SecretString, textOf(n))
}

export async function mustReadAll(house: At, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, n) => mustRead(house, n)))
}

/** Reads on and on while `run` runs; gives how many reads there were. One that fails fails the test. */
export async function whileReading(
  house: At,
  count: number,
  run: () => Promise<void>,
): Promise<number> {
  let isOver = false
  let reads = 0
  const readers = Array.from({ length: 4 }, async (_, reader) => {
    for (let n = reader; !isOver || n < count; n++) {
      await mustRead(house, n % count)
      reads++
    }
  })
  await Promise.all([
    ...readers,
    run().finally(() => {
      isOver = true
    }),
  ])
  return reads
}

export const call = <T>({ url, root }: At, operation: string, input: object = {}): Promise<T> =>
  callStrongroom({ url, region: 'us-east-1', credentials: root }, operation, input)

/**
 * The folder of a house that serves, as a crash would leave it: file by file. What vanishes meanwhile,
 * as a draft does that gets its name, is as if it had never been, and the copy begins anew.
 */
export function imageOf(dataPath: string, image: string): void {
  for (;;) {
    try {
      rmSync(image, { recursive: true, force: true })
      cpSync(dataPath, image, { recursive: true })
      return
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
    }
  }
}

/** How the store is sealed, once nothing is on its way. */
export async function settled(house: At): Promise<DescribeSealResponse> {
  return until(async () => {
    const seal = await call<DescribeSealResponse>(house, 'DescribeSeal')
    const isBusy = seal.StoreKeys.some(({ State }) => State === 'RESEALING')
    return seal.State === 'STEADY' && !isBusy && !seal.Resealing && seal
  })
}

/** Moves, and waits until the old seal is dropped. */
export async function move(house: At, To: string, Secret?: string): Promise<DescribeSealResponse> {
  await call(house, 'RewrapSeal', { To, ...(Secret && { Secret }) })
  return settled(house)
}

/** How many records are sealed under which store key. */
export function keyIdsIn(dataPath: string): Record<string, number> {
  using database = new DatabaseSync(join(dataPath, 'store.db'), { readOnly: true })
  const ids: Record<string, number> = {}
  for (const { row } of database.prepare('SELECT row FROM records').iterate()) {
    const id = String(keyIdOf(row as Uint8Array))
    ids[id] = (ids[id] ?? 0) + 1
  }
  return ids
}
