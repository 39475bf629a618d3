/** What holds functions at each level, said plainly: for `strongroom doctor` and for SECURITY.md. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Isolation, Measure } from './function.ts'
import { chooseLevel, type Level } from './sandbox.ts'

type Row = readonly [name: string, holds: readonly Level[], yes: string, no: string]

const rows: readonly Row[] = [
  [
    'files',
    ['namespaces'],
    'a function sees its code, the system libraries and its own /tmp; the data folder is not there at all',
    'a function sees the files of this machine that its user may read',
  ],
  [
    'user',
    ['namespaces', 'user'],
    'functions cannot read the memory, the environment and the files of the server',
    'functions run as the user of the server and can read its data folder and its memory: run the server as root, or allow it user namespaces',
  ],
  [
    'processes',
    ['namespaces'],
    'a function sees and reaches no process but its own, and none outlives its environment',
    'a function sees that other processes exist',
  ],
  [
    'temporary files',
    ['namespaces'],
    '/tmp is its own, in memory, of bounded size, and gone with the environment',
    '$TMPDIR is its own and gone with the environment; /tmp is shared; only the size of each file is bounded',
  ],
  [
    'limits',
    ['namespaces', 'user', 'process'],
    'processes, open files, sizes of files and of data are limited by the kernel; memory, time and output by the server',
    '',
  ],
  [
    'network',
    [],
    '',
    'functions share the network of this machine, its loopback included: a firewall must say what they may reach',
  ],
]

export const describe = (level: Level): Isolation => ({
  level,
  measures: rows.map(
    ([name, levels, yes, no]): Measure =>
      levels.includes(level)
        ? { name, holds: true, words: yes }
        : { name, holds: false, words: no },
  ),
})

/** What would hold functions that this process runs, found out by trying. */
export async function tryIsolation(): Promise<Isolation> {
  const scratch = mkdtempSync(join(tmpdir(), 'strongroom-trial-'))
  try {
    return describe(await chooseLevel(scratch, 'namespaces'))
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
