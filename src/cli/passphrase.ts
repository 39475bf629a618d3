/** Asking for a passphrase on the terminal, without echo. */
import { Refusal } from '../lib/fault.ts'
import { readSealSources, type SealFlags, sealFlagsIn } from '../sealing.ts'
import type { SealSources } from '../seals/sources.ts'

/** Asks on standard error, so that standard output stays what was asked for. */
export async function askPassphrase(isNew: boolean): Promise<string> {
  const first = await ask(isNew ? 'A new passphrase for the store' : 'Passphrase of the store')
  if (isNew && (await ask('Once more')) !== first) {
    throw new Refusal('The two passphrases differ: begin again.')
  }
  return first
}

async function ask(message: string): Promise<string> {
  const { isCancel, password } = await import('@clack/prompts')
  const answer = await password({ message, mask: '', output: process.stderr })
  if (isCancel(answer)) throw new Refusal('No passphrase was typed.')
  return answer
}

/** What a command that opens a stopped store may open it with. */
export const offlineSources = (flags: SealFlags): SealSources => ({
  ...readSealSources({ ...sealFlagsIn(process.env), ...flags }, process.env),
  ...(process.stdin.isTTY && { askPassphrase }),
})
