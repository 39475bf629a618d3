/**
 * What a process was given to open a store with: flags, variables, an open file. Secrets are taken out
 * of the environment, so that no child and no dump shows them.
 *
 * https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
import { closeSync, readFileSync, readSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'ini'
import { Refusal } from './lib/fault.ts'
import { type FindCredentials, noCredentials } from './seals/kms-client.ts'
import { parseSeal } from './seals/name.ts'
import type { SealSources } from './seals/sources.ts'
import type { Signer } from './sigv4/sign.ts'

export interface SealFlags {
  readonly seal?: string | undefined
  readonly sealWait?: string | undefined
  readonly passphraseFd?: string | undefined
}

type Environment = Record<string, string | undefined>

const passphraseBytesMax = 4096
const waitSecondsMax = 86_400

/** The flags as their variables have them. */
export const sealFlagsIn = (environment: Environment) => ({
  seal: environment.STRONGROOM_SEAL || undefined,
  sealWait: environment.STRONGROOM_SEAL_WAIT || undefined,
})

/** Throws Refusal. A passphrase that is not given is asked for, where there is somebody to ask. */
export function readSealSources(
  { seal, sealWait, passphraseFd }: SealFlags,
  environment: Environment,
): SealSources {
  const rootKey = take(environment, 'STRONGROOM_ROOT_KEY')
  const passphrase = take(environment, 'STRONGROOM_PASSPHRASE') ?? readDescriptor(passphraseFd)
  const credentialsFolder = environment.CREDENTIALS_DIRECTORY
  const waitMilliseconds = readWait(sealWait)
  return {
    findCredentials: credentialsFinder(environment),
    ...(seal !== undefined && { told: parseSeal(seal) }),
    ...(rootKey !== undefined && { rootKey }),
    ...(passphrase !== undefined && { passphrase }),
    ...(credentialsFolder !== undefined && { credentialsFolder }),
    ...(waitMilliseconds !== undefined && { waitMilliseconds }),
  }
}

function take(environment: Environment, name: string): string | undefined {
  const value = environment[name]
  delete environment[name]
  return value
}

function readWait(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : waitSecondsMax + 1
  if (seconds <= waitSecondsMax) return seconds * 1000
  throw new Refusal(`--seal-wait ${text} is not a number of seconds up to ${waitSecondsMax}.`)
}

/** A passphrase through an open file: not in the arguments, not in the environment. */
function readDescriptor(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const wrong = new Refusal(`--passphrase-fd ${text} is not an open file that holds a passphrase.`)
  if (!/^\d{1,4}$/.test(text)) throw wrong
  const bytes = Buffer.alloc(passphraseBytesMax)
  try {
    const file = Number(text)
    let length = 0
    for (let read = 1; read > 0; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null)
    }
    closeSync(file)
    return bytes.toString('utf8', 0, length).replace(/\r?\n$/, '')
  } catch {
    throw wrong
  } finally {
    bytes.fill(0)
  }
}

/** As AWS's clients look for credentials: the environment, then a profile. Read anew for each call. */
function credentialsFinder(environment: Environment): FindCredentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId } = environment
  const secretAccessKey = take(environment, 'AWS_SECRET_ACCESS_KEY')
  const sessionToken = take(environment, 'AWS_SESSION_TOKEN')
  const { AWS_SHARED_CREDENTIALS_FILE, AWS_PROFILE = 'default' } = environment
  const path = AWS_SHARED_CREDENTIALS_FILE ?? join(homedir(), '.aws', 'credentials')
  return () =>
    accessKeyId && secretAccessKey
      ? { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
      : readProfile(path, AWS_PROFILE)
}

function readProfile(path: string, name: string): Signer {
  const profile = profileIn(path, name)
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey } = profile
  const { aws_session_token: sessionToken } = profile
  if (!accessKeyId || !secretAccessKey) throw noCredentials()
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) }
}

function profileIn(path: string, name: string): Record<string, string> {
  try {
    return parse(readFileSync(path, 'utf8'))[name] ?? {}
  } catch {
    return {}
  }
}
