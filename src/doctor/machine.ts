/** Ways by which the system writes a process's memory to a disk: core dumps, swap. */
import { readFileSync } from 'node:fs'
import { type Check, warning, well } from './check.ts'

const readProc = (name: string): string => {
  try {
    return readFileSync(`/proc/${name}`, 'latin1')
  } catch {
    return '' // not Linux: nothing to look at
  }
}

/** @param limits of the process that serves, as /proc has them */
export function checkDumps(limits = readProc('self/limits')): Check {
  return limits === '' || /^Max core file size\s+0\s/m.test(limits)
    ? well('core dumps', 'none are written')
    : warning('core dumps', 'they would hold secrets: set ulimit -c 0 (systemd: LimitCORE=0)')
}

export function checkSwap(swaps = readProc('swaps')): Check {
  const isOn = swaps.trim().split('\n').length > 1
  return isOn
    ? warning(
        'swap',
        'it may hold secrets: turn it off, encrypt it, or set MemorySwapMax=0 for the unit',
      )
    : well('swap', 'there is none')
}
