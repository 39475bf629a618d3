/** Root's keys, as a new house leaves them for its operator. */
import { readFileSync } from 'node:fs'
import { parse } from 'ini'
import type { Signer } from '../../src/sigv4/sign.ts'

export function readRoot(path: string): Signer {
  const { strongroom = {} } = parse(readFileSync(path, 'utf8'))
  return {
    accessKeyId: strongroom.aws_access_key_id,
    secretAccessKey: strongroom.aws_secret_access_key,
  }
}
