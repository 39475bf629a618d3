/**
 * What an environment consists of, as Linux shows it in /proc: its first process and everything that
 * descends from it. In a PID namespace nothing can leave that tree; elsewhere a process whose parent
 * ended leaves it, which is why an own user is looked for too.
 *
 * https://man7.org/linux/man-pages/man5/proc.5.html
 */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'

export interface Usage {
  readonly processes: number
  readonly memoryBytes: number
  readonly cpuMilliseconds: number
}

const pageBytes = 4096
/** The kernel's USER_HZ, the same on every machine that Node runs on. */
const tickMilliseconds = 10

/** The process and its descendants that live now. At most `countMax`: a fork bomb must not hold us up. */
export function treeOf(root: number, countMax: number): number[] {
  const found = [root]
  for (let next = 0; next < found.length && found.length <= countMax; next++) {
    found.push(...childrenOf(found[next] as number))
  }
  return found
}

function childrenOf(pid: number): number[] {
  return look(() => readdirSync(`/proc/${pid}/task`), []).flatMap((task) =>
    look(() => readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1'), '')
      .split(' ')
      .filter(Boolean)
      .map(Number),
  )
}

/**
 * What they use together, at most: pages of files that they share count once, pages of a parent that
 * its children have not changed count for each.
 */
export function usageOf(pids: readonly number[]): Usage {
  let ownPages = 0
  let sharedPages = 0
  let ticks = 0
  for (const pid of pids) {
    const [, resident = 0, shared = 0] = numbersIn(`/proc/${pid}/statm`)
    ownPages += resident - shared
    sharedPages = Math.max(sharedPages, shared)
    ticks += ticksOf(pid)
  }
  return {
    processes: pids.length,
    memoryBytes: (ownPages + sharedPages) * pageBytes,
    cpuMilliseconds: ticks * tickMilliseconds,
  }
}

const numbersIn = (path: string): number[] =>
  look(() => readFileSync(path, 'latin1'), '')
    .split(' ')
    .map(Number)

/** What they use of memory together: each page once. Slow, for the kernel walks through all pages. */
export async function exactMemoryBytes(pids: readonly number[]): Promise<number> {
  let kibibytes = 0
  for (const pid of pids) {
    const text = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1').catch(() => undefined)
    const [, share] = /^Pss: +(\d+) kB/m.exec(text ?? '') ?? []
    // Where even root may not look (a container without ptrace) the upper bound must do.
    kibibytes += share === undefined ? usageOf([pid]).memoryBytes / 1024 : Number(share)
  }
  return kibibytes * 1024
}

/** The fields stand behind the name, which may hold spaces and parentheses. */
function ticksOf(pid: number): number {
  const text = look(() => readFileSync(`/proc/${pid}/stat`, 'latin1'), '')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
}

/** Whether one of these processes holds the socket of this inode. */
export const holdsSocket = (pids: readonly number[], inode: string): boolean =>
  pids.some((pid) =>
    look(() => readdirSync(`/proc/${pid}/fd`), []).some(
      (fd) => look(() => readlinkSync(`/proc/${pid}/fd/${fd}`), '') === `socket:[${inode}]`,
    ),
  )

/** Threads of all processes of this user: what RLIMIT_NPROC is counted against. */
export function threadsOfUser(user: number): number {
  const pids = look(() => readdirSync('/proc'), []).filter((name) => /^\d+$/.test(name))
  return pids
    .filter((pid) => look(() => statSync(`/proc/${pid}`).uid, -1) === user)
    .reduce((sum, pid) => sum + look(() => readdirSync(`/proc/${pid}/task`), []).length, 0)
}

/** A process may end between two looks at it. */
function look<T>(read: () => T, gone: T): T {
  try {
    return read()
  } catch {
    return gone
  }
}
