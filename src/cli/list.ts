/** strongroom list: the secrets that the caller may list, by name. Values are not read. */
import { readEndpoint } from './client.ts'
import { listSecrets } from './listing.ts'
import { table } from './table.ts'

interface Flags {
  readonly json?: boolean
  readonly profile?: string
}

export async function list(prefix: string | undefined, flags: Flags): Promise<void> {
  const found = await listSecrets(readEndpoint(flags.profile), prefix)
  if (flags.json) {
    for (const each of found) process.stdout.write(`${JSON.stringify(each)}\n`)
    return
  }
  const rows = found.map(
    ({ Name, LastChangedDate, RotationEnabled, NextRotationDate, Description }) => [
      Name,
      dayOf(LastChangedDate),
      RotationEnabled ? dayOf(NextRotationDate) : '-',
      Description ?? '',
    ],
  )
  process.stdout.write(table(['NAME', 'CHANGED', 'ROTATES', 'DESCRIPTION'], rows))
}

const dayOf = (seconds: number | undefined): string =>
  seconds === undefined ? '-' : new Date(seconds * 1000).toISOString().slice(0, 10)
