/**
 * Programs that tests stand real servers up with: found on this machine, or installed with apt where
 * the tests run as root. Test files start at once, so that apt runs under a lock that the kernel
 * releases whatever becomes of its holder.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, globSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export interface Wanted {
  readonly program: string
  /** Where it is besides PATH; may hold wildcards, of which the last match counts. */
  readonly folders: readonly string[]
  /** The packages of Debian that bring it and start no service. */
  readonly packages: readonly string[]
}

export interface Installed {
  /** Undefined if it is neither here nor to be had. */
  readonly path: string | undefined
  /** What a test says when it is skipped; false if there is no reason to skip. */
  readonly missing: string | false
}

/** Where the program is; brings it first if it is not here. */
export function installed(wanted: Wanted): Installed {
  const found = find(wanted)
  if (found !== undefined) return { path: found, missing: false }
  const isRoot = process.getuid?.() === 0
  if (isRoot) installUnderLock(wanted.packages)
  const path = isRoot ? find(wanted) : undefined
  const why = isRoot ? 'and apt did not bring it' : 'and only root may install it'
  return { path, missing: path === undefined ? `${wanted.program} is not here, ${why}` : false }
}

function find({ program, folders }: Wanted): string | undefined {
  const onPath = (process.env.PATH ?? '').split(delimiter)
  const places = [...folders, ...onPath.filter((each) => each !== '')]
  for (const place of places) {
    const matches = globSync(join(place, program)).filter(isExecutable).sort()
    if (matches.length > 0) return matches.at(-1)
  }
  return undefined
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const installSecondsMax = 200

/** Whoever waited for the lock finds the packages installed, which costs apt a second. */
function installUnderLock(packages: readonly string[]): void {
  const lockFolder = join(tmpdir(), `strongroom-apt-${process.getuid?.()}`)
  mkdirSync(lockFolder, { recursive: true, mode: 0o700 })
  const script = 'apt-get update -qq; exec apt-get install -qq -y --no-install-recommends "$@"'
  spawnSync('flock', [lockFolder, 'sh', '-c', script, 'sh', ...packages], {
    timeout: installSecondsMax * 1000,
    stdio: 'ignore',
    // Under run level 1 Debian's packages start no service of their own.
    env: { PATH: process.env.PATH, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' },
  })
}
