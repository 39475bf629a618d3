/**
 * What a command is about to write, shown before it does: names and what becomes of them. Nothing is written
 * until that is agreed to.
 */
import { Refusal } from '../lib/fault.ts'
import { Bar } from './bar.ts'
import type { Endpoint } from './client.ts'
import { confirm } from './confirm.ts'
import { plain } from './print.ts'
import { type Incoming, put, readCurrent, type State, stateOf } from './put.ts'

export interface Planned {
  readonly incoming: Incoming
  readonly state: State
}

/** What is new, what changes, what is there already. */
export async function plan(endpoint: Endpoint, incoming: readonly Incoming[]): Promise<Planned[]> {
  const planned: Planned[] = []
  for (const each of incoming) {
    planned.push({
      incoming: each,
      state: stateOf(await readCurrent(endpoint, each.name), each),
    })
  }
  return planned
}

/** Its length and nothing else. */
export const masked = (text: string): string => `${'•'.repeat(8)} (${text.length} characters)`

/** Writes what is not there yet, when that is agreed to. Throws Refusal if it is not. */
export async function write(
  endpoint: Endpoint,
  planned: readonly Planned[],
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const due = planned.filter(({ state }) => state !== 'same')
  if (due.length === 0) return say('all of it is there already.')
  if (!(await confirm(`Write ${due.length} ${due.length > 1 ? 'secrets' : 'secret'}?`, yes))) {
    throw new Refusal('Nothing was written. (--yes agrees beforehand.)')
  }
  const bar = new Bar('writing')
  try {
    for (const [at, { incoming, state }] of due.entries()) {
      bar.at(at, due.length)
      await put(endpoint, incoming, state)
    }
  } finally {
    bar.end()
  }
  say(`written and read back: ${plain(due.map(({ incoming }) => incoming.name).join(', '))}`)
}

export const printJson = (each: object): void =>
  void process.stdout.write(`${JSON.stringify(each)}\n`)

export const say = (words: string): void => void process.stderr.write(`strongroom: ${words}\n`)
