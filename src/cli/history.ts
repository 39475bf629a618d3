/** strongroom history: the versions of a secret, the newest first, with their labels. No values. */
import { callSecrets, readEndpoint } from './client.ts'
import { table } from './table.ts'

interface Flags {
  readonly json?: boolean
  readonly profile?: string
}

interface Version {
  readonly VersionId: string
  readonly VersionStages?: readonly string[]
  readonly CreatedDate: number
}

interface Page {
  readonly Versions: readonly Version[]
  readonly NextToken?: string
}

export async function history(id: string, flags: Flags): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  const found: Version[] = []
  let NextToken: string | undefined
  do {
    const input = { SecretId: id, IncludeDeprecated: true, MaxResults: 100, NextToken }
    const page: Page = await callSecrets(endpoint, 'ListSecretVersionIds', input)
    found.push(...page.Versions)
    NextToken = page.NextToken
  } while (NextToken)
  const newest = found.toSorted((a, b) => b.CreatedDate - a.CreatedDate)
  if (flags.json) {
    for (const each of newest) process.stdout.write(`${JSON.stringify(each)}\n`)
    return
  }
  const rows = newest.map(({ VersionId, VersionStages = [], CreatedDate }) => [
    VersionId,
    new Date(CreatedDate * 1000).toISOString(),
    VersionStages.join(' '),
  ])
  process.stdout.write(table(['VERSION', 'MADE', 'LABELS'], rows))
}
