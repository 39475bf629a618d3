/**
 * A profile of AWS's shared files: its keys stand in one, the rest often in the other.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'ini'

export type Section = Readonly<Record<string, string | undefined>>
type Environment = Readonly<Record<string, string | undefined>>

/** The profile that the environment names; nothing in it where there is none. */
export function profileOf(
  environment: Environment,
  name: string = environment.AWS_PROFILE || 'default',
): Section {
  const folder = join(environment.HOME ?? homedir(), '.aws')
  const keysPath = environment.AWS_SHARED_CREDENTIALS_FILE || join(folder, 'credentials')
  const restPath = environment.AWS_CONFIG_FILE || join(folder, 'config')
  const rest = sectionsIn(restPath)[name === 'default' ? name : `profile ${name}`]
  return { ...rest, ...sectionsIn(keysPath)[name] }
}

/** The sections of a file by name; none if it cannot be read. */
export function sectionsIn(path: string): Readonly<Record<string, Section>> {
  try {
    return parse(readFileSync(path, 'utf8'))
  } catch {
    return {}
  }
}
