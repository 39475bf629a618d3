/** strongroom account: the accounts of a deployment. */
import { callStrongroom, readEndpoint } from './client.ts'
import { line } from './print.ts'

interface Created {
  readonly AccountId: string
  readonly AccessKeyId: string
  readonly SecretAccessKey: string
}

/** Prints the new root's credentials file: this is the only time that its secret is shown. */
export async function create(flags: {
  id?: string
  json?: boolean
  profile?: string
}): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  const input = flags.id === undefined ? {} : { AccountId: flags.id }
  const made = await callStrongroom<Created>(endpoint, 'CreateAccount', input)
  const lines = [
    `[strongroom-${made.AccountId}]`,
    `aws_access_key_id = ${made.AccessKeyId}`,
    `aws_secret_access_key = ${made.SecretAccessKey}`,
    `region = ${endpoint.region}`,
    `endpoint_url = ${endpoint.url}`,
  ]
  process.stdout.write(flags.json ? `${JSON.stringify(made)}\n` : `${lines.join('\n')}\n`)
  process.stderr.write(
    `strongroom: account ${made.AccountId} is made; its root secret is shown only here\n`,
  )
}

interface Page {
  readonly Accounts: readonly { readonly AccountId: string; readonly CreatedDate: number }[]
  readonly NextToken?: string
}

export async function list(flags: { json?: boolean; profile?: string }): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  let NextToken: string | undefined
  do {
    const page: Page = await callStrongroom(endpoint, 'ListAccounts', { NextToken })
    for (const account of page.Accounts) {
      const { AccountId, CreatedDate } = account
      const text = line(AccountId, new Date(CreatedDate * 1000).toISOString())
      process.stdout.write(flags.json ? `${JSON.stringify(account)}\n` : text)
    }
    NextToken = page.NextToken
  } while (NextToken)
}
