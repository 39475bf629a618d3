/** The settings of the last-known-good file: `[strongroom.last_known_good]`. */
import { Refusal } from '../lib/fault.ts'
import type { KeyPlace } from './last-key.ts'
import { readTable, type Spec, type Table, text, wholeFrom } from './members.ts'

export interface LastSettings {
  readonly path: string
  readonly key: KeyPlace
  readonly ageMsMax: number
}

const spec = {
  file: text,
  key_file: text,
  key_credential: text,
  max_age_seconds: wholeFrom(60, 2_592_000),
} satisfies Spec

const daySeconds = 86_400

/** Throws Refusal with one sentence. */
export function lastSettingsIn(table: Table): LastSettings {
  const found = readTable(table, spec, 'strongroom.last_known_good.')
  const { file, key_file: keyFile, key_credential: credential } = found
  if (!file?.startsWith('/'))
    throw new Refusal('strongroom.last_known_good.file is an absolute path.')
  if ((keyFile === undefined) === (credential === undefined)) {
    throw new Refusal('strongroom.last_known_good has either a key_file or a key_credential.')
  }
  if (credential !== undefined && !/^[\w.-]{1,255}$/.test(credential)) {
    throw new Refusal('strongroom.last_known_good.key_credential is the name of a credential.')
  }
  return {
    path: file,
    key: keyFile === undefined ? { credential: credential ?? '' } : { file: keyFile },
    ageMsMax: (found.max_age_seconds ?? daySeconds) * 1000,
  }
}
