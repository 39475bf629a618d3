/** The whole audit of a store in PostgreSQL, its chain walked from the first batch to the head. */
import assert from 'node:assert/strict'
import { openFolder } from '../../src/folder.ts'
import { firstLink, Journal } from '../../src/store/journal.ts'
import { openIn } from '../../src/store/place.ts'
import type { Recorded } from './history.ts'

interface Opening {
  readonly dataPath: string
  readonly storeUrl: string
  readonly rootKey: string
}

/** Each record by the user agent that it names; the batches that there are. */
export async function readJournal({ dataPath, storeUrl, rootKey }: Opening) {
  const folder = await openFolder(dataPath, { storeUrl, sources: { rootKey } })
  const { place, anchorPath, journalKeys: keys } = folder
  const engine = await openIn(place, { anchorPath, keys, fatal: (reason) => assert.fail(reason) })
  try {
    const journal = new Journal(keys)
    const records = new Map<string, Recorded>()
    let link = firstLink
    let batches = 0
    while (batches < engine.head) {
      for (const row of await engine.journal(batches, engine.head, { itemsMax: 500 })) {
        assert.equal(row.seq, ++batches, 'no batch is missing')
        link = journal.link(row.seq, link, row.batch)
        assert.deepEqual(Buffer.from(row.link), link, `the chain holds at ${row.seq}`)
        for (const record of journal.open(row).records) add(records, record as Told)
      }
    }
    return { records, batches }
  } finally {
    await engine.close()
    folder.release()
  }
}

interface Told {
  readonly userAgent: string | null
  readonly requestID: string
  readonly errorCode?: string
}

/** A call that was answered once is recorded once. */
function add(records: Map<string, Recorded>, { userAgent, requestID, errorCode }: Told): void {
  if (userAgent === null) return
  records.set(userAgent, { requestId: requestID, isFault: errorCode !== undefined })
}
