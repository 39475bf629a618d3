/** The limit of group commit: a thread that writes what waits together by node:sqlite in one transaction. */
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

const database = new DatabaseSync(workerData as string)
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT')
const insert = database.prepare('INSERT INTO rows (bytes) VALUES (?)')
parentPort?.on('message', (batch: readonly Uint8Array[]) => {
  database.exec('BEGIN IMMEDIATE')
  for (const bytes of batch) insert.run(bytes)
  database.exec('COMMIT')
  parentPort?.postMessage(batch.length)
})
