/**
 * Many secrets in little time: the records that CreateSecret writes, sealed as the store seals them, put
 * straight into a stopped house's database beside what stands there. The journal knows nothing of them;
 * otherwise they are secrets like any others, and open for whoever may read them.
 */

import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type Folder, openFolder } from '../../src/folder.ts'
import { sealValue } from '../../src/keyring/envelope.ts'
import type { AccountId } from '../../src/lib/brand.ts'
import { secretKeyFrom } from '../../src/lib/secret-key.ts'
import { Materials } from '../../src/services/kms/material.ts'
import { KeyReader } from '../../src/services/kms/store.ts'
import { SecretStore } from '../../src/services/secretsmanager/store.ts'
import type { Attempt, Look } from '../../src/store/attempt.ts'
import { Codec } from '../../src/store/collection.ts'
import { openIn } from '../../src/store/place.ts'
import { fillWhole, readWhole } from '../../src/store/sqlite/whole.ts'
import { Store } from '../../src/store/store.ts'
import type { Tally } from '../../src/store/whole.ts'
import { region } from './wire.ts'

const perPart = 500
const valueBytes = 60
const startAt = 1_700_000_000_000

/** The name of an account's nth secret, so that names sort as they were made. */
export const filledName = (n: number): string =>
  `team-${String(n % 10)}/service-${String(n).padStart(7, '0')}`

export interface Wish {
  /** Accounts in which a secret was made already: with it came the key under which these are sealed. */
  readonly accounts: readonly string[]
  readonly perAccount: number
}

/** Fills the folder of a house that is stopped. */
export async function fillSecrets(path: string, wish: Wish): Promise<void> {
  const folder = await openFolder(path)
  const store = await storeOf(folder)
  const databasePath = join(path, 'store.db')
  const whole = readWhole(databasePath, () => undefined)
  const filling = fillWhole(databasePath, whole.header, whole.head)
  const counts = new Map<string, number>()
  const count = ({ key, number }: Tally) => counts.set(key, (counts.get(key) ?? 0) + number)
  for await (const part of whole.parts()) {
    if (part.kind === 'counters') for (const each of part.rows) count(each)
    else filling.put(part)
  }
  whole.close()
  for await (const { changes, counts: more } of attemptsOf(folder, store, wish)) {
    const rows = changes.flatMap(({ key, row }) => (row === null ? [] : [{ key, row }]))
    filling.put({ kind: 'records', rows })
    for (const { key, by } of more) count({ key, number: by })
  }
  const rows = Array.from(counts, ([key, number]) => ({ key, number }))
  filling.put({ kind: 'counters', rows })
  await store.close()
  filling.end()
  folder.release()
}

/** The store of a folder that is open. */
export async function storeOf({ keyring, place, anchorPath, journalKeys }: Folder): Promise<Store> {
  const fatal = (reason: string) => {
    throw new Error(reason)
  }
  const engine = await openIn(place, { anchorPath, keys: journalKeys, fatal })
  return new Store(engine, new Codec(keyring.storeId, keyring.sealer('records')))
}

/** Some secrets in each: what one would commit if it were given to the store. */
async function* attemptsOf(folder: Folder, store: Store, { accounts, perAccount }: Wish) {
  for (const account of accounts) {
    const shelf = { account: account as AccountId, region }
    const sealing = await store.see((look) => sealingFor(folder, look, shelf))
    for (let start = 0; start < perAccount; start += perPart) {
      const attempt = store.begin()
      for (let n = start; n < Math.min(perAccount, start + perPart); n++) {
        addSecret(attempt, shelf, filledName(n), { at: startAt + n, sealing })
      }
      yield attempt.propose()
    }
  }
}

interface Shelf {
  readonly account: AccountId
  readonly region: string
}

/** Seals a data key as KMS does, for one context. */
export type Sealing = (plain: Uint8Array, context: Record<string, string>) => Uint8Array

/** By the account's own key for secrets, as the house found or made it. */
function sealingFor({ keyring }: Folder, look: Look, shelf: Shelf): Sealing {
  const ports = { sealer: keyring.sealer('kms'), stampKey: keyring.lasting('kms stamps') }
  const materials = new Materials(ports)
  const keys = new KeyReader(look)
  const alias = keys.findAlias(shelf, 'alias/aws/secretsmanager')
  const key = alias && keys.find(shelf, alias.keyId)
  if (!key?.current) throw new Error(`nobody has made a secret in ${shelf.account}`)
  const record = keys.findMaterial(shelf, key.id, key.current)
  if (!record) throw new Error(`the key ${key.id} has no material`)
  const reference = { account: shelf.account, keyId: key.id, materialId: key.current }
  return (plain, context) => materials.encrypt(reference, record, plain, context)
}

/** One secret with one value, as CreateSecret writes it. */
export function addSecret(
  attempt: Attempt,
  shelf: Shelf,
  name: string,
  { at, sealing }: { readonly at: number; readonly sealing: Sealing },
): void {
  const secrets = new SecretStore(attempt)
  const [id, suffix] = [randomUUID(), 'abcdef']
  const common = { name, suffix, madeBy: id, createdAt: at, changedAt: at }
  const secret = { ...common, labels: [{ name: 'AWSCURRENT', on: id }], versionsCount: 1 }
  const SecretARN = `arn:aws:secretsmanager:${region}:${shelf.account}:secret:${name}-${suffix}`
  const bound = { SecretARN, SecretVersionId: id }
  const dataKeys = {
    generate() {
      const bytes = randomBytes(32)
      const sealed = sealing(bytes, bound)
      return { key: secretKeyFrom(bytes), sealed }
    },
    open: () => {
      throw new Error('nothing is opened here')
    },
  }
  const value = Buffer.alloc(valueBytes, 'not-a-secret ')
  const envelope = sealValue(dataKeys, value, { ...bound, kind: 'string' })
  secrets.add(shelf, secret)
  secrets.addVersion(shelf, secret, { id, createdAt: at, content: { kind: 'string', envelope } })
}
