/**
 * A process that commits, one after the other, and notes each acknowledged number in a file: what a
 * crash must not lose. Run by crash.ts under strace: node writer.ts DATA ACKS COUNT
 */
import { openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openFolder } from '../../src/folder.ts'
import type { AccountId } from '../../src/lib/brand.ts'
import { Codec, collection } from '../../src/store/collection.ts'
import { openIn } from '../../src/store/place.ts'
import { Store } from '../../src/store/store.ts'

export interface Numbered {
  readonly n: number
  readonly pad: string
}

export const numbered = collection<Numbered>('numbered')
export const slotsCount = 7

/** Of many pages now and then, so that the log is folded into the database while it is watched. */
const padFor = (n: number): string => 'x'.repeat(n % 4 === 0 ? 300_000 : 300)

async function write(dataPath: string, acksPath: string, count: number): Promise<void> {
  const folder = await openFolder(dataPath, { account: '000000000000' as AccountId })
  const { place, anchorPath, journalKeys: keys, keyring } = folder
  const fatal = (reason: string) => {
    throw new Error(reason)
  }
  const engine = await openIn(place, { anchorPath, keys, fatal })
  const store = new Store(engine, new Codec(keyring.storeId, keyring.sealer('records')))
  const acks = openSync(acksPath, 'a')
  for (let n = 1; n <= count; n++) {
    await store.attempt(async (attempt) => {
      attempt.put(numbered, [n % slotsCount], { n, pad: padFor(n) })
      attempt.record({ n })
    })
    writeSync(acks, `${n}\n`)
    if (n % 10 === 0) await sleep(300)
  }
  await store.close()
  folder.release()
}

const [dataPath, acksPath, count] = process.argv.slice(2)
if (dataPath && acksPath && count) await write(dataPath, acksPath, Number(count))
