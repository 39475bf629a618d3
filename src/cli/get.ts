/**
 * strongroom get: the value of a secret, or one field of it. A terminal shows how long it is and not
 * what it is, unless that is asked for; a pipe gets the bytes as they are, without a line's end.
 */
import { Refusal } from '../lib/fault.ts'
import { readEndpoint } from './client.ts'
import { memberOf, readVersion, type Version } from './secret.ts'

interface Flags {
  readonly field?: string
  readonly stage?: string
  readonly version?: string
  readonly reveal?: boolean
  readonly json?: boolean
  readonly profile?: string
}

export async function get(id: string, flags: Flags): Promise<void> {
  const version = await readVersion(readEndpoint(flags.profile), id, flags)
  const isTerminal = process.stdout.isTTY
  const isShown = flags.reveal || !isTerminal
  if (version.text === undefined && !flags.json) return giveBytes(version, id, flags)
  const text = version.text ?? version.base64 ?? ''
  const value = flags.field === undefined ? text : memberOf(text, flags.field, id)
  const shown = isShown ? value : masked(value)
  if (flags.json) {
    const { name, versionId } = version
    const key = version.text === undefined ? 'base64' : 'value'
    process.stdout.write(`${JSON.stringify({ name, versionId, [key]: shown })}\n`)
    return
  }
  process.stdout.write(isTerminal ? `${shown}\n` : shown)
  if (!isShown) process.stderr.write('strongroom: --reveal shows it on the terminal.\n')
}

/** As they are: into a pipe or a file, which a terminal is not. */
function giveBytes({ base64 = '' }: Version, id: string, { field }: Flags): void {
  if (field !== undefined) throw new Refusal(`${id} holds bytes: it has no fields.`)
  const bytes = Buffer.from(base64, 'base64')
  if (!process.stdout.isTTY) process.stdout.write(bytes)
  else process.stdout.write(`•••••••• (${bytes.length} bytes: send them to a file)\n`)
}

/** Its length and nothing else. */
const masked = (value: string): string => `${'•'.repeat(8)} (${value.length} characters)`
