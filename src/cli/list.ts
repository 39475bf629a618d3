/** strongroom list: the secrets that the caller may list, by name. Values are not read. */
import { callSecrets, readEndpoint } from './client.ts'
import { table } from './table.ts'

interface Flags {
  readonly json?: boolean
  readonly profile?: string
}

interface Entry {
  readonly Name: string
  readonly LastChangedDate?: number
  readonly RotationEnabled?: boolean
  readonly NextRotationDate?: number
  readonly Description?: string
}

interface Page {
  readonly SecretList: readonly Entry[]
  readonly NextToken?: string
}

export async function list(prefix: string | undefined, flags: Flags): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  const found: Entry[] = []
  let NextToken: string | undefined
  do {
    const Filters = prefix ? [{ Key: 'name', Values: [prefix] }] : undefined
    const input = { Filters, NextToken, MaxResults: 100, SortBy: 'name', SortOrder: 'asc' }
    const page: Page = await callSecrets(endpoint, 'ListSecrets', input)
    found.push(...page.SecretList)
    NextToken = page.NextToken
  } while (NextToken)
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
