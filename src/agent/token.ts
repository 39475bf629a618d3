/**
 * The token that applications show so that a server that was talked into a request (SSRF) cannot: from
 * the first variable that is set, as itself or in a file that it names.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Refusal } from '../lib/fault.ts'
import { tokenHash } from './guards.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Throws Refusal where there is none. */
export function readToken(environment: Environment, variables: readonly string[]): Buffer {
  const name = variables.find((each) => environment[each])
  if (name === undefined) {
    throw new Refusal(
      `No token for applications to show: set ${variables.join(' or ')}, to file:///PATH or to the token itself.`,
    )
  }
  const text = environment[name] ?? ''
  const token = text.startsWith('file://') ? inFile(text, name) : text
  if (token === '') throw new Refusal(`The token that ${name} names is empty.`)
  return tokenHash(token)
}

function inFile(url: string, name: string): string {
  try {
    return readFileSync(fileURLToPath(url), 'utf8').trim()
  } catch {
    throw new Refusal(`Can't read the file that ${name} names: write the token there.`)
  }
}
