/**
 * What the shell inside an environment is told, by its standard input: limits, variables, extensions,
 * the runtime. Not by arguments, which everybody on the machine can read, and not by the environment
 * of the programs that set the stage with privileges, where LD_PRELOAD would be theirs.
 */
import type { Limits } from './limits.ts'
import { hiddenFromExtensions, type Variables } from './variables.ts'

export interface Opening {
  readonly limits: Limits
  readonly processesMax: number
  readonly memoryMegabytes: number
  readonly folder: string
  readonly variables: Variables
  /** Paths of the external extensions. */
  readonly extensions: readonly string[]
}

/** One process may have the function's memory and what a runtime reserves without using it. */
const reserveMegabytes = 1024

/** Limits, variables, and the extensions started beside. */
export function printOpening(opening: Opening): string {
  const { limits, processesMax, memoryMegabytes, folder, variables, extensions } = opening
  const hidden = hiddenFromExtensions(variables).join(' ')
  return [
    'umask 022',
    'ulimit -c 0',
    `ulimit -n ${limits.openFilesMax}`,
    // dash and busybox say -p, bash -u. Without this limit nothing is started.
    `ulimit -u ${processesMax} 2>/dev/null || ulimit -p ${processesMax} || exit 125`,
    `ulimit -d ${(memoryMegabytes + reserveMegabytes) * 1024}`,
    `ulimit -f ${limits.temporaryMegabytes * 2048}`,
    // When the machine runs out of memory, functions go before the server.
    'echo 900 2>/dev/null >/proc/self/oom_score_adj',
    `cd ${quote(folder)} || exit 125`,
    'unset OLDPWD',
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`),
    ...extensions.map(
      (path) => `{ (unset ${hidden}; exec ${quote(path)}) </dev/null 3>&-; echo "$?" >&3; } &`,
    ),
    '',
  ].join('\n')
}

/** The runtime itself; the shell ends with it and as it did. */
export const printCommand = (command: readonly string[]): string =>
  `${command.map(quote).join(' ')} </dev/null 3>&-\nexit $?\n`

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
