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
import { type Endpoint, readEndpoint } from './client.ts'
import { formats, type Value } from './formats.ts'
import { listSecrets, readSecrets, type Stored } from './listing.ts'
import { plain } from './print.ts'

interface Flags {
  readonly format: string
  readonly prefix?: string
  readonly out?: string
  readonly force?: boolean
  readonly profile?: string
}

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
  for (const { id, code } of skipped) {
    process.stderr.write(`strongroom: left out: ${plain(id)} (${plain(code)})\n`)
  }
}

/** Every value whose secret's name begins so; what may not be read is told and left out. */
async function read(endpoint: Endpoint, prefix: string) {
  const listed = await listSecrets(endpoint, prefix)
  const { values, skipped } = await readSecrets(
    endpoint,
    listed.map(({ ARN }) => ARN),
  )
  return { values: values.map(exported), skipped }
}

const exported = ({ name, text, base64 = '' }: Stored): Value =>
  text === undefined ? { name, base64 } : { name, text }
