/** Groups and streams that are made, and lines of the house's own into them. */
import { randomUUID } from 'node:crypto'
import type { Draws } from '../../lib/draws.ts'
import type { Desk } from '../operation.ts'
import { addLines } from './append.ts'
import { hitsIn } from './hits.ts'
import type { GroupRecord, Hit, Line, Shelf, StreamRecord } from './records.ts'
import { LogStore } from './store.ts'

/** An id that nothing else has. */
export const newId = (draws: Pick<Draws, 'draw'>): string => draws.draw('log id', randomUUID)

/** Adds what metric filters found to their metrics, in an attempt. */
export type Measure = (
  attempt: Desk['attempt'],
  shelf: Shelf,
  hits: readonly Hit[],
) => Promise<void>

/** A stream of a group, by name. */
export interface StreamPlace extends Shelf {
  readonly group: string
  readonly stream: string
}

/**
 * Lines of the house's own (what functions print), in an attempt of the house's own; group and stream
 * are made if they are not there. Lines must be in order.
 */
export async function appendLines(
  attempt: Desk['attempt'],
  { group: groupName, stream: streamName, ...shelf }: StreamPlace,
  lines: readonly Line[],
  at: number,
  measure: Measure,
): Promise<void> {
  const logs = new LogStore(attempt)
  const known = logs.findGroup(shelf, groupName)
  const group = known ?? makeGroup(logs, shelf, groupName, at)
  const stream = (known && logs.findStream(known, streamName)) ?? makeStream(streamName, at)
  addLines(logs, group, stream, lines, { at, draw: randomUUID })
  await measure(attempt, shelf, known ? hitsIn(logs.filtersOf(known), lines) : [])
}

function makeGroup(logs: LogStore, shelf: Shelf, name: string, at: number): GroupRecord {
  const group = { name, id: randomUUID(), createdAt: at, tags: {} }
  logs.putGroup(shelf, group)
  return group
}

export const makeStream = (name: string, createdAt: number): StreamRecord => ({ name, createdAt })
