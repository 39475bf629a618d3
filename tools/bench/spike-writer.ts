/** The spike's journal: each batch sealed, chained to the one before, and synced. */
import { createCipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

const key = createSecretKey(randomBytes(32))
const database = new DatabaseSync(workerData as string)
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
database.exec('CREATE TABLE journal (seq INTEGER PRIMARY KEY, link BLOB, batch BLOB) STRICT')
const insert = database.prepare('INSERT INTO journal (link, batch) VALUES (?, ?)')
let link: Uint8Array = new Uint8Array(32)
let count = 0

parentPort?.on('message', (text: Uint8Array) => {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(count++)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const batch = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()])
  link = createHmac('sha256', key).update(link).update(batch).digest()
  insert.run(link, batch)
  parentPort?.postMessage(count)
})
