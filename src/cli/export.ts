/**
 * strongroom export: the values that the caller may read, through the same operations and permissions as
 * any application, each of them recorded. Into a file of its owner's, or to a program; on a terminal only
 * when that is meant.
 *
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html
 */
import { existsSync } from 'node:fs'
import { Refusal } from '../lib/fault.ts'
import { makeFile } from '../lib/file.ts'
import { callSecrets, type Endpoint, readEndpoint } from './client.ts'
import { formats, type Value } from './formats.ts'
import { plain } from './print.ts'

interface Flags {
  readonly format: string
  readonly prefix?: string
  readonly out?: string
  readonly force?: boolean
  readonly profile?: string
}

interface Listed {
  readonly SecretList: readonly { readonly Name: string; readonly ARN: string }[]
  readonly NextToken?: string
}

interface Batch {
  readonly SecretValues: readonly {
    readonly Name: string
    readonly SecretString?: string
    readonly SecretBinary?: string
  }[]
  readonly Errors?: readonly { readonly SecretId: string; readonly ErrorCode: string }[]
}

const batchItemsMax = 20

export async function exportSecrets(flags: Flags): Promise<void> {
  const { out, prefix = '' } = flags
  const print = formats.get(flags.format)
  if (!print) throw new Refusal('--format is env, json or dotenv.')
  if (out !== undefined && existsSync(out)) {
    throw new Refusal(`${out} is there already: name a new file.`)
  }
  if (out === undefined && process.stdout.isTTY && !flags.force) {
    throw new Refusal(
      'This would show secrets on the terminal: name a file by --out, or give --force.',
    )
  }
  const { values, skipped } = await read(readEndpoint(flags.profile), prefix)
  const text = print(values, prefix)
  if (out === undefined) process.stdout.write(text)
  else makeFile(out, text)
  for (const { SecretId, ErrorCode } of skipped) {
    process.stderr.write(`strongroom: left out: ${plain(SecretId)} (${plain(ErrorCode)})\n`)
  }
}

/** Every value whose secret's name begins so; what may not be read is told and left out. */
async function read(endpoint: Endpoint, prefix: string) {
  const values: Value[] = []
  const skipped: { readonly SecretId: string; readonly ErrorCode: string }[] = []
  const ids = await list(endpoint, prefix)
  for (let at = 0; at < ids.length; at += batchItemsMax) {
    const SecretIdList = ids.slice(at, at + batchItemsMax)
    const batch = await callSecrets<Batch>(endpoint, 'BatchGetSecretValue', { SecretIdList })
    for (const { Name, SecretString, SecretBinary } of batch.SecretValues) {
      values.push(
        SecretString === undefined
          ? { name: Name, base64: SecretBinary ?? '' }
          : { name: Name, text: SecretString },
      )
    }
    skipped.push(...(batch.Errors ?? []))
  }
  return { values, skipped }
}

async function list(endpoint: Endpoint, prefix: string): Promise<string[]> {
  const ids: string[] = []
  const Filters = prefix ? [{ Key: 'name', Values: [prefix] }] : undefined
  let NextToken: string | undefined
  do {
    const input = { Filters, NextToken, MaxResults: 100 }
    const page: Listed = await callSecrets(endpoint, 'ListSecrets', input)
    // AWS's filter does not tell capitals apart.
    const fitting = page.SecretList.filter(({ Name }) => Name.startsWith(prefix))
    ids.push(...fitting.map(({ ARN }) => ARN))
    NextToken = page.NextToken
  } while (NextToken)
  return ids
}
