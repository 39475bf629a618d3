/**
 * A new store key while the house is read and written: everything is sealed anew in the background, no
 * read fails at any instant, the journal goes on under the new key, and a house that is killed behind
 * any step goes on where it was.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { journalKeysOf, openFolder } from '../../src/folder.ts'
import { handedOutMs } from '../../src/keyring/keyring.ts'
import { keyIdOf } from '../../src/lib/sealer.ts'
import { firstLink, Journal, type JournalKeys } from '../../src/store/journal.ts'
import { typed } from '../cli/command.ts'
import { type Keys, raiseHouse, type TestHouse } from '../house.ts'
import { callJson } from '../raw.ts'
import { until } from '../until.ts'
import {
  call,
  furnish,
  imageOf,
  keyIdsIn,
  mustReadAll,
  nameOf,
  settled,
  textOf,
  whileReading,
} from './bench.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-store-key-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const rotate = async (house: TestHouse) => {
  await call(house, 'RotateStoreKey')
  return settled(house)
}

interface Held {
  readonly user: Keys
  readonly session: Keys
  readonly blob: Uint8Array
}

/** Things that were handed out or made under the store key of then. */
async function hold(house: TestHouse): Promise<Held> {
  const iam = new IAMClient(house.client())
  await iam.send(new CreateUserCommand({ UserName: 'holder' }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'holder' }))
  const user = {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
  const sts = new STSClient(house.client(user))
  const { Credentials } = await sts.send(new GetSessionTokenCommand({}))
  const session = {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  }
  const kms = new KMSClient(house.client())
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const Plaintext = Buffer.from('held')
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId: KeyMetadata?.KeyId, Plaintext }),
  )
  return { user, session, blob: CiphertextBlob ?? new Uint8Array() }
}

const whoIs = (house: TestHouse, keys: Keys) =>
  new STSClient(house.client(keys)).send(new GetCallerIdentityCommand({}))

async function mustStillHold(house: TestHouse, { user, session, blob }: Held): Promise<void> {
  assert.match((await whoIs(house, user)).Arn ?? '', /user\/holder$/)
  assert.match((await whoIs(house, session)).Arn ?? '', /user\/holder$/)
  const kms = new KMSClient(house.client())
  const { Plaintext } = await kms.send(new DecryptCommand({ CiphertextBlob: blob }))
  assert.equal(Buffer.from(Plaintext ?? []).toString(), 'held')
}

/** Checks the whole chain; gives how many batches each store key sealed, in the order of the chain. */
async function chainOf(dataPath: string): Promise<[key: number, batches: number][]> {
  const { journalKeys, release } = await openFolder(dataPath)
  release()
  return follow(dataPath, journalKeys)
}

function follow(dataPath: string, keys: JournalKeys): [number, number][] {
  using database = new DatabaseSync(join(dataPath, 'store.db'), { readOnly: true })
  const journal = new Journal(keys)
  const runs: [number, number][] = []
  let link = firstLink
  for (const row of database
    .prepare('SELECT seq, link, batch FROM journal ORDER BY seq')
    .iterate()) {
    const entry = {
      seq: Number(row.seq),
      link: row.link as Uint8Array,
      batch: row.batch as Uint8Array,
    }
    assert.deepEqual(Buffer.from(entry.link), journal.link(entry.seq, link, entry.batch))
    journal.open(entry)
    link = entry.link
    const id = keyIdOf(entry.batch) ?? 0
    const run = runs.at(-1)
    if (run?.[0] === id) run[1]++
    else runs.push([id, 1])
  }
  return runs
}

/** Makes new secrets and changes them, until it is told to stop; gives how many writes there were. */
async function writeUntil(house: TestHouse, isOver: () => boolean): Promise<number> {
  const options = { url: house.url, keys: house.root }
  let writes = 0
  for (; !isOver(); writes++) {
    const name = `written/${writes >> 1}`
    const input = { SecretString: `${writes}`, ClientRequestToken: randomUUID() }
    const { status } =
      writes % 2 === 0
        ? await callJson('secretsmanager.CreateSecret', { ...input, Name: name }, options)
        : await callJson('secretsmanager.PutSecretValue', { ...input, SecretId: name }, options)
    assert.equal(status, 200)
  }
  return writes
}

test('read and written without pause; afterwards nothing is sealed under the old key', async (t) => {
  const dataPath = join(folder, 'busy')
  const count = 150
  await using house = await raiseHouse({ dataPath })
  await furnish(house, count)
  const held = await hold(house)
  assert.deepEqual(Object.keys(keyIdsIn(dataPath)), ['1'])
  let writes = 0
  const reads = await whileReading(house, count, async () => {
    let isOver = false
    const writing = writeUntil(house, () => isOver)
    const { StoreKeys } = await rotate(house)
    isOver = true
    writes = await writing
    assert.deepEqual(
      StoreKeys.map(({ Id, State }) => [Id, State]),
      [
        [1, 'OPENING'],
        [2, 'SEALING'],
      ],
    )
  })
  t.diagnostic(`${reads} reads and ${writes} writes during the rotation, none failed`)
  await mustStillHold(house, held)
  await rotate(house)
  await house.stop()
  const ids = keyIdsIn(dataPath)
  t.diagnostic(`records by store key: ${JSON.stringify(ids)}`)
  assert.deepEqual(Object.keys(ids), ['3'])
  assert.deepEqual(house.complaints, [])
  const runs = await chainOf(dataPath)
  assert.deepEqual(
    runs.map(([key]) => key),
    [1, 2, 3],
  )
  const verified = await typed(['audit', 'verify', '--records', '--data', dataPath])
  assert.equal(verified.code, 0, verified.stdout)
  await house.restart()
  await mustReadAll(house, count)
  await mustStillHold(house, held)
})

test('36 hours later the old key opens nothing but the journal, and what lasts still holds', async () => {
  const dataPath = join(folder, 'later')
  await using house = await raiseHouse({ dataPath })
  await furnish(house, 3)
  const held = await hold(house)
  await rotate(house)
  await house.stop()
  const { keyring, release } = await openFolder(dataPath)
  release()
  const { since = 0 } = keyring.header.keys.at(-1) ?? {}
  keyring.forget(since + handedOutMs)
  const known = (purpose: Parameters<typeof keyring.parents>[0]) => [
    ...keyring.parents(purpose).keys.keys(),
  ]
  for (const purpose of ['records', 'credentials', 'kms', 'sessions', 'page tokens'] as const) {
    assert.deepEqual(known(purpose), [2], purpose)
  }
  for (const purpose of ['journal', 'journal link'] as const) {
    assert.deepEqual(known(purpose), [1, 2], purpose)
  }
  // Everything that was kept is read by a keyring that has forgotten the first key.
  follow(dataPath, journalKeysOf(keyring))
  const clock = { now: () => Date.now() + handedOutMs }
  await using later = await raiseHouse({ dataPath, world: { clock } })
  const settings = { ...later.client(), systemClockOffset: handedOutMs }
  const { SecretString } = await new SecretsManagerClient(settings).send(
    new GetSecretValueCommand({ SecretId: nameOf(1) }),
  )
  assert.equal(SecretString, textOf(1))
  const decrypt = new DecryptCommand({ CiphertextBlob: held.blob })
  const { Plaintext } = await new KMSClient(settings).send(decrypt)
  assert.equal(Buffer.from(Plaintext ?? []).toString(), 'held')
  const user = { ...settings, credentials: held.user }
  const { Arn } = await new STSClient(user).send(new GetCallerIdentityCommand({}))
  assert.match(Arn ?? '', /user\/holder$/)
  assert.deepEqual(later.complaints, [])
})

test('two at a time are refused', async () => {
  await using house = await raiseHouse()
  await furnish(house, 2)
  const both = await Promise.allSettled([
    call(house, 'RotateStoreKey'),
    call(house, 'RotateStoreKey'),
  ])
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  assert.equal((await settled(house)).StoreKeys.length, 2)
})

describe('killed behind any step', () => {
  test('the next start goes on to the end, and reads all the while', async (t) => {
    const dataPath = join(folder, 'killed')
    const count = 120
    const images: [string, string][] = []
    const stage = (step: string) => {
      if (images.length >= 14) return
      const image = join(folder, `killed-${images.length}`)
      imageOf(dataPath, image)
      images.push([step, image])
    }
    await using house = await raiseHouse({ dataPath, world: { stage } })
    await furnish(house, count)
    const held = await hold(house)
    await rotate(house)
    await house.stop()
    t.diagnostic(images.map(([step]) => step).join(', '))
    assert.deepEqual(
      [...new Set(images.map(([step]) => step))],
      ['store key committed', 'page sealed anew', 'floor raised'],
    )
    for (const [step, image] of images) {
      await using again = await raiseHouse({ dataPath: image })
      await mustReadAll(again, count)
      const { StoreKeys } = await settled(again)
      assert.equal(StoreKeys.at(-1)?.Id, 2, step)
      await mustStillHold(again, held)
      await again.stop()
      assert.deepEqual(again.complaints, [])
      assert.deepEqual(Object.keys(keyIdsIn(image)), ['2'], step)
    }
  })
})

test('a record that does not open holds back the end and none of the others, and is named', async () => {
  const dataPath = join(folder, 'damaged')
  await using house = await raiseHouse({ dataPath })
  await furnish(house, 5)
  await house.stop()
  {
    using database = new DatabaseSync(join(dataPath, 'store.db'))
    const spoil = "UPDATE records SET row = zeroblob(64) WHERE key LIKE 'secrets-by-creation%/3%'"
    assert.equal(database.prepare(spoil).run().changes, 1)
  }
  await house.restart()
  await call(house, 'RotateStoreKey')
  await until(() => house.complaints.length > 0)
  assert.match(house.complaints.join('\n'), /rotation waits: a damaged record: secrets-by-creation/)
  await mustReadAll(house, 5)
  const { '1': old, ...rest } = keyIdsIn(dataPath)
  assert.equal(old, undefined)
  assert.ok(Object.values(rest).length > 0)
})
