/** Users of this machine, wherever it keeps them. */
import { spawnSync } from 'node:child_process'
import { Refusal } from '../lib/fault.ts'

/** The number of a user. Throws Refusal if there is none of that name, or if its files are not ours to make. */
export function numberOfUser(name: string): number {
  const number = /^\d+$/.test(name) ? Number(name) : lookUp(name)
  const own = process.getuid?.()
  if (own === 0 || own === number) return number
  throw new Refusal(
    `The agent is not root's and can't make a socket for ${name}: start it as root, or as ${name}.`,
  )
}

/** `id` asks directories, too, which /etc/passwd does not know of. */
function lookUp(name: string): number {
  const { status, stdout } = spawnSync('id', ['-u', '--', name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 10_000,
  })
  if (status === 0 && /^\d+\n$/.test(stdout)) return Number(stdout)
  throw new Refusal(`There is no user ${name} on this machine.`)
}
