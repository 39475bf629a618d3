/**
 * strongroom import: values that lie elsewhere become secrets. What would be written is shown first, by
 * names; nothing is written until that is agreed to, and what was written is read back.
 */
import { extname } from 'node:path'
import { Refusal } from '../lib/fault.ts'
import { type Endpoint, readEndpoint } from './client.ts'
import { type DotenvFlags, importDotenv } from './import-dotenv.ts'
import { readFile } from './input.ts'
import { masked, type Planned, plan, printJson, write } from './plan.ts'
import { type Incoming, mustBeName } from './put.ts'
import { membersIn } from './secret.ts'
import { type SideFlags, sidesOf } from './sides.ts'
import { table } from './table.ts'
import { transfer } from './transfer.ts'
import { readVault } from './vault.ts'

interface ImportFlags extends SideFlags, DotenvFlags {
  readonly name?: string
  readonly from?: string
}

export async function importValues(source: string, flags: ImportFlags): Promise<void> {
  const [, scheme = '', rest = ''] = /^(aws|vault|strongroom):(.*)$/s.exec(source) ?? []
  if (scheme === 'aws' || scheme === 'strongroom') {
    const there = scheme === 'aws' ? 'aws' : (flags.from ?? '')
    if (there === '') throw new Refusal('Name the other credentials file by --from.')
    const { own, other } = sidesOf(there, flags)
    return transfer({ ...flags, from: other, to: own, prefix: rest })
  }
  const endpoint = readEndpoint(flags.profile)
  if (scheme === 'vault') return take(endpoint, await readVault(rest, nameOf(flags)), flags)
  if (extname(source) === '.json') return take(endpoint, readJson(source, flags), flags)
  return importDotenv(endpoint, source, nameOf(flags), flags)
}

function nameOf({ name }: ImportFlags): string {
  if (name !== undefined) return name.replace(/\/$/, '')
  throw new Refusal('Say by --name what the secret is to be called, such as myapp/dev.')
}

/** The whole object as one secret, or one for each of its members. */
function readJson(path: string, flags: ImportFlags): Incoming[] {
  const text = readFile(path)
  const members = membersIn(text)
  if (!members) throw new Refusal(`${path} does not hold a JSON object.`)
  if (!flags.split) return [{ name: nameOf(flags), text: text.trim() }]
  const prefix = flags.name === undefined ? '' : `${nameOf(flags)}/`
  const object = JSON.parse(text) as Record<string, unknown>
  return [...members].map(([name, member]) => ({
    name: `${prefix}${name}`,
    ...(bytesIn(object[name]) ?? { text: member }),
  }))
}

/** As `export --format json` writes what is no text. */
function bytesIn(member: unknown): { base64: string } | undefined {
  if (typeof member !== 'object' || member === null) return undefined
  const { SecretBinary, ...rest } = member as Record<string, unknown>
  const isBytes = typeof SecretBinary === 'string' && Object.keys(rest).length === 0
  return isBytes ? { base64: SecretBinary } : undefined
}

async function take(endpoint: Endpoint, incoming: Incoming[], flags: ImportFlags): Promise<void> {
  for (const { name } of incoming) mustBeName(name)
  const planned = await plan(endpoint, incoming)
  preview(planned, flags)
  if (flags.dryRun) return
  await write(endpoint, planned, flags)
}

function preview(planned: readonly Planned[], { json }: ImportFlags): void {
  const rows = planned.map(({ incoming: { name, text }, state }) => [
    name,
    text === undefined ? 'bytes' : masked(text),
    state,
  ])
  if (!json) process.stdout.write(table(['SECRET', 'VALUE', 'STATE'], rows))
  else for (const [name, , state] of rows) printJson({ name, state })
}
