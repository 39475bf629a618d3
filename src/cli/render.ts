/**
 * strongroom render: a template with the values that its references stand for, into a file that only its
 * owner may read, there whole or not at all. On a terminal only when that is meant.
 */
import { Refusal } from '../lib/fault.ts'
import { replaceFile } from '../lib/file.ts'
import { readEndpoint } from './client.ts'
import { readFile } from './input.ts'
import { Resolver, referencesIn } from './reference.ts'

interface Flags {
  readonly out?: string
  readonly check?: boolean
  readonly force?: boolean
  readonly profile?: string
}

/** As CloudFormation has it for a template. */
const referencesMax = 60

export async function render(path: string, flags: Flags): Promise<void> {
  const template = readFile(path)
  const references = referencesIn(template)
  if (references.size > referencesMax) {
    throw new Refusal(`A template holds up to ${referencesMax} references.`)
  }
  if (flags.check) {
    for (const written of references.keys()) process.stdout.write(`${written}\n`)
    return
  }
  if (flags.out === undefined && process.stdout.isTTY && !flags.force) {
    throw new Refusal(
      'This would show secrets on the terminal: name a file by --out, or give --force.',
    )
  }
  const text = await new Resolver(readEndpoint(flags.profile)).resolve(template)
  if (flags.out === undefined) process.stdout.write(text)
  else replaceFile(flags.out, text)
}
