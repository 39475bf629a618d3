/**
 * strongroom get: the value of a secret, or one field of it. A terminal shows how long it is and not
 * what it is, unless that is asked for; a pipe gets the bytes as they are, without a line's end.
 */
import { readEndpoint } from './client.ts'
import { memberOf, readText } from './secret.ts'

interface Flags {
  readonly field?: string
  readonly stage?: string
  readonly version?: string
  readonly reveal?: boolean
  readonly json?: boolean
  readonly profile?: string
}

export async function get(id: string, flags: Flags): Promise<void> {
  const { name, versionId, text } = await readText(readEndpoint(flags.profile), id, flags)
  const value = flags.field === undefined ? text : memberOf(text, flags.field, id)
  const isShown = flags.reveal || !process.stdout.isTTY
  const shown = isShown ? value : masked(value)
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ name, versionId, value: shown })}\n`)
    return
  }
  process.stdout.write(process.stdout.isTTY ? `${shown}\n` : shown)
  if (!isShown) process.stderr.write('strongroom: --reveal shows it on the terminal.\n')
}

/** Its length and nothing else. */
const masked = (value: string): string => `${'•'.repeat(8)} (${value.length} characters)`
