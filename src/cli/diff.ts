/**
 * strongroom diff: which fields of a secret differ between two versions, AWSPREVIOUS and AWSCURRENT
 * unless others are named. Fields, never values. The exit code is 2 if they differ.
 */
import { readEndpoint } from './client.ts'
import { line } from './print.ts'
import { membersIn, readText, type Which } from './secret.ts'

interface Flags {
  readonly from: string
  readonly to: string
  readonly json?: boolean
  readonly profile?: string
}

const differCode = 2
const wholeValue = '(value)'

export async function diff(id: string, flags: Flags): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  const [before, after] = await Promise.all(
    [flags.from, flags.to].map((word) => readText(endpoint, id, whichOf(word))),
  )
  const changes = compare(before?.text ?? '', after?.text ?? '')
  const print = flags.json
    ? (change: Change) => `${JSON.stringify(change)}\n`
    : ({ field, change }: Change) => line(signs[change], field)
  for (const change of changes) process.stdout.write(print(change))
  if (changes.length > 0) process.exitCode = differCode
}

interface Change {
  readonly field: string
  readonly change: 'added' | 'removed' | 'changed'
}

const signs: Readonly<Record<Change['change'], string>> = { added: '+', removed: '-', changed: '~' }

/** A label, or the id of a version: no label is that long. */
const whichOf = (word: string): Which =>
  /^[0-9a-f-]{32,64}$/i.test(word) ? { version: word } : { stage: word }

function compare(before: string, after: string): Change[] {
  const [old, now] = [membersIn(before), membersIn(after)]
  if (!old || !now) return before === after ? [] : [{ field: wholeValue, change: 'changed' }]
  const fields = [...new Set([...old.keys(), ...now.keys()])].sort()
  return fields.flatMap((field) => {
    if (old.get(field) === now.get(field)) return []
    const change = !old.has(field) ? 'added' : now.has(field) ? 'changed' : 'removed'
    return [{ field, change }]
  })
}
