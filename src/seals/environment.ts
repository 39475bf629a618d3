/**
 * Root keys that whoever starts the process hands over: in a variable, which was taken out of the
 * environment before anything else, or as a credential of systemd.
 *
 * https://systemd.io/CREDENTIALS/
 */
import { join } from 'node:path'
import { Refusal } from '../lib/fault.ts'
import { keyIn, readMounted } from './key-file.ts'
import { keptSeal, type Seal } from './seal.ts'

/** @param text what STRONGROOM_ROOT_KEY held */
export const variableSeal = (text: string | undefined): Seal =>
  keptSeal({ kind: 'env' }, () => {
    if (text === undefined) {
      throw new Refusal('STRONGROOM_ROOT_KEY is not set: set it to the root key of this store.')
    }
    const key = keyIn(text.trim())
    if (key) return key
    throw new Refusal('STRONGROOM_ROOT_KEY is not a root key: it must be 64 hexadecimal digits.')
  })

/** @param folder what CREDENTIALS_DIRECTORY held */
export const credentialSeal = (name: string, folder: string | undefined): Seal =>
  keptSeal({ kind: 'credential', name }, () => {
    const absent = `There is no credential ${name}: give it to the unit by LoadCredential=${name}:FILE or LoadCredentialEncrypted=.`
    if (folder === undefined) throw new Refusal(absent)
    return readMounted(join(folder, name), absent)
  })
