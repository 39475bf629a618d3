/** Which seal a data folder is opened by, and where its secret is had from. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Refusal } from '../lib/fault.ts'
import { credentialSeal, variableSeal } from './environment.ts'
import { fileSealIn, mountedSeal, rootKeyName } from './key-file.ts'
import { kmsSeal } from './kms.ts'
import { type FindCredentials, noCredentials } from './kms-client.ts'
import { fileSeal, printSeal, type SealName } from './name.ts'
import { type AskPassphrase, passphraseSeal } from './passphrase.ts'
import { readPin } from './pin.ts'
import type { Seal } from './seal.ts'

/** What the process was given to open a store with. */
export interface SealSources {
  /** What --seal says. */
  readonly told?: SealName
  readonly rootKey?: string
  /** The passphrase that was given; otherwise it is asked for. */
  readonly passphrase?: string
  readonly askPassphrase?: AskPassphrase
  readonly credentialsFolder?: string
  readonly findCredentials?: FindCredentials
  /** How long a KMS is waited for on start. */
  readonly waitMilliseconds?: number
}

const waitDefault = 300_000

/**
 * The seal's name: what was told, else what the folder remembers, else the variable that holds a root
 * key, else the key file. What is given and would not be used is refused, since somebody relies on it.
 */
export function chooseSeal(dataPath: string, sources: SealSources): SealName {
  const { rootKey, passphrase } = sources
  const name = sources.told ?? readPin(dataPath) ?? unnamed(dataPath, rootKey)
  if (rootKey !== undefined && name.kind !== 'env') throw unused('STRONGROOM_ROOT_KEY', name, 'env')
  if (passphrase !== undefined && name.kind !== 'passphrase') {
    throw unused('A passphrase', name, 'passphrase')
  }
  return name
}

function unnamed(dataPath: string, rootKey: string | undefined): SealName {
  if (rootKey === undefined) return fileSeal
  if (!existsSync(join(dataPath, rootKeyName))) return { kind: 'env' }
  throw unused('STRONGROOM_ROOT_KEY', fileSeal, 'env')
}

const unused = (what: string, name: SealName, wanted: string): Refusal =>
  new Refusal(
    `${what} is given, and the seal is ${printSeal(name)}: take it away, or start with --seal ${wanted}.`,
  )

/** The seal of that name. @param secret for one that is moved to: its key or its passphrase */
export function sealNamed(
  dataPath: string,
  name: SealName,
  sources: SealSources,
  secret?: string,
): Seal {
  switch (name.kind) {
    case 'file':
      return fileSealIn(dataPath)
    case 'mounted':
      return mountedSeal(name.path)
    case 'env':
      return variableSeal(secret ?? sources.rootKey)
    case 'credential':
      return credentialSeal(name.name, sources.credentialsFolder)
    case 'passphrase':
      return passphraseSeal(secret === undefined ? askerOf(sources) : async () => secret)
    case 'kms': {
      const { findCredentials = throwNoCredentials, waitMilliseconds = waitDefault } = sources
      return kmsSeal(name, findCredentials, waitMilliseconds)
    }
  }
}

const throwNoCredentials = (): never => {
  throw noCredentials()
}

const askerOf = ({ passphrase, askPassphrase }: SealSources): AskPassphrase => {
  if (passphrase !== undefined) return async () => passphrase
  if (askPassphrase) return askPassphrase
  return async () => {
    throw new Refusal(
      'The passphrase is missing: type it on a terminal, or give it by STRONGROOM_PASSPHRASE or --passphrase-fd.',
    )
  }
}
