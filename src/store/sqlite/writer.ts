/**
 * The writer thread: owns the one writing connection and the anchor, so that fsync never stops the
 * thread that answers requests. Answers each message in order; an error that may have lost data is
 * told as `fatal`, after which the process must end: fsync is never tried again.
 */
import { dirname } from 'node:path'
import type { MessagePort } from 'node:worker_threads'
import { parentPort, workerData } from 'node:worker_threads'
import { syncFolder } from '../../lib/file.ts'
import type { Proposal } from '../engine.ts'
import { StoreFull } from '../engine.ts'
import type { JournalKeys } from '../journal.ts'
import { Journal } from '../journal.ts'
import { Anchor } from './anchor.ts'
import { Committer } from './commit.ts'
import { connect } from './connection.ts'

export interface WriterData {
  readonly databasePath: string
  readonly anchorPath: string
  readonly keys: JournalKeys
}

export type WriterMessage =
  | { kind: 'commit'; batch: readonly Proposal[] }
  | { kind: 'rekey'; keys: JournalKeys }
  | { kind: 'close' }

const anchorEveryMilliseconds = 1000

function serve(port: MessagePort, { databasePath, anchorPath, keys }: WriterData): void {
  const database = connect(databasePath)
  const committer = new Committer(database, new Journal(keys))
  // The log's name must last: SQLite syncs its folder, too, and does not tell when that fails.
  syncFolder(dirname(databasePath))
  let anchor = new Anchor(anchorPath, keys)
  let anchoring: NodeJS.Timeout | undefined
  let isAnchored = false
  const writeAnchor = () => {
    clearTimeout(anchoring)
    anchoring = undefined
    try {
      anchor.write(committer.head)
      isAnchored = true
    } catch (thrown) {
      if (!isFull(thrown)) throw thrown
    }
  }
  const answer = (message: WriterMessage): unknown => {
    if (message.kind === 'commit') {
      const committed = committer.commit(message.batch)
      // The first at once: what was accepted at this start (a rollback, a first store) stands.
      if (!isAnchored) writeAnchor()
      else anchoring ??= setTimeout(writeAnchor, anchorEveryMilliseconds)
      return { committed }
    }
    if (message.kind === 'rekey') {
      committer.rekey(new Journal(message.keys))
      anchor = new Anchor(anchorPath, message.keys)
      // Under the new key before anything can say that the old one is left behind.
      isAnchored = false
    }
    writeAnchor()
    if (message.kind === 'close') database.close()
    return {}
  }
  port.on('message', (message: WriterMessage) => {
    try {
      port.postMessage(answer(message))
    } catch (thrown) {
      port.postMessage(thrown instanceof StoreFull ? { full: true } : { fatal: String(thrown) })
    }
    if (message.kind === 'close') port.close()
    else committer.checkpoint()
  })
  port.postMessage({ ready: committer.head.seq })
}

/** The anchor may lag while there is no space; the next write of it brings it up. */
const isFull = (thrown: unknown): boolean =>
  ['ENOSPC', 'EDQUOT'].includes((thrown as NodeJS.ErrnoException).code ?? '')

if (parentPort) serve(parentPort, workerData as WriterData)
