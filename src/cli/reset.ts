/**
 * strongroom account reset-root: a new key for an account's root whose credentials were lost. Offline,
 * by whoever holds the data folder and its root key; recorded. Every older key of that root ends.
 */
import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'ini'
import { eventRecord } from '../audit/record.ts'
import { writeCredentials } from '../credentials.ts'
import { type Folder, openFolder } from '../folder.ts'
import { isAccountId } from '../lib/arn.ts'
import type { AccountId } from '../lib/brand.ts'
import { systemClock } from '../lib/clock.ts'
import { Refusal } from '../lib/fault.ts'
import { Sealer } from '../lib/sealer.ts'
import type { SealFlags } from '../sealing.ts'
import { makeRootKey, type RootKey, replaceRoot } from '../services/iam/root.ts'
import { KeySecrets } from '../services/iam/secrets.ts'
import { Codec } from '../store/collection.ts'
import { openIn } from '../store/place.ts'
import { Store } from '../store/store.ts'
import { offlineSources } from './passphrase.ts'

interface Flags extends SealFlags {
  readonly data?: string
  readonly account?: string
}

export async function resetRoot(flags: Flags): Promise<void> {
  process.umask(0o077)
  const path = resolve(flags.data ?? process.env.STRONGROOM_DATA ?? 'data')
  const folder = await openFolder(path, { sources: offlineSources(flags) })
  try {
    const account = accountOf(flags, folder)
    const path = await reset(folder, account)
    process.stdout.write(`${path}\n`)
    process.stderr.write(
      `strongroom: the root of ${account} has a new key, written to ${path}; its older keys have ended\n`,
    )
  } finally {
    folder.release()
  }
}

function accountOf({ account }: Flags, folder: Folder): AccountId {
  const id = account ?? folder.account
  if (isAccountId(id)) return id
  throw new Refusal(`--account ${id} is not an account id: it must be 12 digits.`)
}

async function reset(folder: Folder, account: AccountId): Promise<string> {
  const { place: where, anchorPath, credentialsPath, journalKeys, keyring } = folder
  const engine = await openIn(where, { anchorPath, keys: journalKeys, fatal: stop })
  const sealer = new Sealer('records', keyring.parents('records'))
  const store = new Store(engine, new Codec(keyring.storeId, sealer))
  const secrets = new KeySecrets(new Sealer('credentials', keyring.parents('credentials')))
  const path = account === folder.account ? credentialsPath : `${credentialsPath}-${account}`
  const place = placeIn(credentialsPath)
  const key = makeRootKey()
  const draft = `${path}.reset`
  try {
    // Beside the old file until the key holds: no crash can leave a root that nobody knows.
    writeCredentials(draft, { ...key, ...place })
    await replace(store, secrets, account, place.region, key)
    renameSync(draft, path)
    return path
  } finally {
    rmSync(draft, { force: true })
    await store.close()
  }
}

async function replace(
  store: Store,
  secrets: KeySecrets,
  account: AccountId,
  region: string,
  key: RootKey,
): Promise<void> {
  const at = systemClock.now()
  const isThere = await store.attempt((attempt) => {
    if (!replaceRoot(attempt, secrets, { account, at }, key)) return false
    const facts = { accessKeyId: key.accessKeyId }
    const filed = { eventId: randomUUID(), at, account, region }
    attempt.record(eventRecord({ ...filed, name: 'RootCredentialsReset', facts }))
    return true
  })
  if (!isThere) throw new Refusal(`There is no account ${account} in this store.`)
}

/** Where the house was last served, for the new file. */
function placeIn(credentialsPath: string): { region: string; url: string } {
  const text = existsSync(credentialsPath) ? readFileSync(credentialsPath, 'utf8') : ''
  const [known = {}] = Object.values(parse(text))
  const { region = 'us-east-1', endpoint_url: url = 'http://127.0.0.1:7766' } = known
  return { region, url }
}

const stop = (reason: string): never => {
  process.stderr.write(`strongroom: a write failed (${reason})\n`)
  process.exit(1)
}
