/** Users of this machine, wherever it keeps them. */
import { spawnSync } from 'node:child_process'
import { Refusal } from '../lib/fault.ts'

/**
 * The number of a user. `id` asks directories, too, which /etc/passwd does not know of. Throws Refusal if
 * there is none of that name.
 */
export function numberOfUser(name: string): number {
  if (/^\d+$/.test(name)) return Number(name)
  const { status, stdout } = spawnSync('id', ['-u', '--', name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 10_000,
  })
  if (status === 0 && /^\d+\n$/.test(stdout)) return Number(stdout)
  throw new Refusal(`There is no user ${name} on this machine.`)
}
