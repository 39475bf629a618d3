/**
 * What a process asked of its file system, in order: recorded by strace with every byte, played into a
 * model of a disk that has only promised what was synced, and taken out of it as images of that disk after
 * a power cut: unsynced writes dropped, kept, or torn into sectors of which some arrived.
 *
 * https://www.sqlite.org/atomiccommit.html (what a file system may do)
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

export type Event =
  | { readonly kind: 'create'; readonly path: string; readonly truncate: boolean }
  | {
      readonly kind: 'write'
      readonly path: string
      readonly at: number | 'end'
      readonly bytes: Buffer
    }
  | { readonly kind: 'truncate'; readonly path: string; readonly size: number }
  | { readonly kind: 'sync'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  | { readonly kind: 'unlink'; readonly path: string }

const calls =
  'openat,pwrite64,pwritev,pwritev2,write,writev,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,unlink,unlinkat'

/** Runs a program and writes what it asked into a file. */
export function record(tracePath: string, words: readonly string[]): SpawnSyncReturns<Buffer> {
  const options = ['-f', '-y', '-xx', '-s', '200000', '-e', `trace=${calls}`, '-o', tracePath]
  return spawnSync('strace', [...options, ...words], { env: { PATH: process.env.PATH } })
}

/** The events below a folder, in the order in which they were done. */
export async function readTrace(tracePath: string, folder: string): Promise<Event[]> {
  const events: Event[] = []
  const begun = new Map<string, string>()
  for await (const raw of createInterface({ input: createReadStream(tracePath, 'latin1') })) {
    const [, thread = '', line = ''] = /^(\d+) +(.*)$/.exec(raw) ?? []
    // Another thread got between a call and its return: it is done when it returns.
    if (line.endsWith('<unfinished ...>')) {
      begun.set(thread, line.slice(0, -'<unfinished ...>'.length).trimEnd())
      continue
    }
    const [, rest] = /^<\.\.\. \w+ resumed>(.*)$/.exec(line) ?? []
    const whole = rest === undefined ? line : `${begun.get(thread) ?? ''}${rest}`
    const event = eventOf(whole)
    if (event?.path.startsWith(folder)) events.push(event)
  }
  return events
}

const text = (hex: string): string => bytesOf(hex).toString()
const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll('\\x', ''), 'hex')

/** On a file of ours: those of Node's own events are on nothing that a path names. */
const playable =
  /^\w+\(\d+<(?:\\x2f)[^>]*(?:\\x73\\x74\\x6f\\x72\\x65\\x2e\\x64\\x62|\\x61\\x6e\\x63\\x68\\x6f\\x72)/

const onFile = /^(\w+)\(\d+<([^>]*)>(?:\(deleted\))?(?:, (.*))?\)\s+= (-?\d+)/

function eventOf(line: string): Event | undefined {
  if (/ = -1 /.test(line)) return undefined
  const opened = /^openat\([^,]+, "([^"]*)", ([A-Z_|]+)/.exec(line)
  if (opened) {
    const [, path = '', flags = ''] = opened
    if (!flags.includes('O_CREAT')) return undefined
    return { kind: 'create', path: text(path), truncate: flags.includes('O_TRUNC') }
  }
  const named = /^(rename|unlink)\("([^"]*)"(?:, "([^"]*)")?\)/.exec(line)
  if (named) {
    const [, kind, path = '', to = ''] = named
    if (kind === 'unlink') return { kind, path: text(path) }
    return { kind: 'rename', path: text(path), to: text(to) }
  }
  const [, call = '', hex = '', rest = '', result] = onFile.exec(line) ?? []
  const path = text(hex)
  switch (call) {
    case 'fsync':
    case 'fdatasync':
      return { kind: 'sync', path }
    case 'ftruncate':
      return { kind: 'truncate', path, size: Number(rest) }
    case 'write':
    case 'pwrite64': {
      const [, data = '', , at] = /^"([^"]*)", (\d+)(?:, (\d+))?$/.exec(rest) ?? []
      if (data === '') throw new Error(`cannot play ${line.slice(0, 200)}`)
      const bytes = bytesOf(data).subarray(0, Number(result))
      return { kind: 'write', path, at: at === undefined ? 'end' : Number(at), bytes }
    }
    default:
      // A call that is not understood would be a hole in what is shown.
      if (playable.test(line)) throw new Error(`cannot play ${line.slice(0, 200)}`)
      return undefined
  }
}
