/**
 * A seal that does not open: each way in its own constant sentence, exit code 1, and not a byte of the
 * folder changed. (F17)
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms'
import { raiseHouse } from '../house.ts'
import { oneSentence, printOf, saidBy, serveUntilEnd } from '../start/child.ts'
import { type KmsHouse, raiseKms } from './kms.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-seals-'))
const credentials = join(folder, 'credentials')
const rootKey = randomBytes(32).toString('hex')
const passphrase = 'correct horse battery staple'

let kms: KmsHouse
let other: Server
let otherUrl: string
/** Data folders by the seal that they were made with, and another of each. */
const whole = (kind: string) => join(folder, kind)
const another = (kind: string) => join(folder, `another-${kind}`)

async function make(kind: string, seal: string | undefined, environment: Record<string, string>) {
  for (const dataPath of [whole(kind), another(kind)]) {
    await using house = await raiseHouse({
      dataPath,
      environment,
      ...(seal && { flags: { seal } }),
    })
    await house.stop()
  }
}

before(async () => {
  kms = await raiseKms()
  mkdirSync(credentials)
  writeFileSync(join(credentials, 'strongroom'), `${rootKey}\n`, { mode: 0o400 })
  writeFileSync(join(folder, 'mounted.key'), `${rootKey}\n`, { mode: 0o400 })
  await make('file', undefined, {})
  await make('env', undefined, { STRONGROOM_ROOT_KEY: rootKey })
  await make('passphrase', 'passphrase', { STRONGROOM_PASSPHRASE: passphrase })
  await make('credential', 'credential:strongroom', { CREDENTIALS_DIRECTORY: credentials })
  await make('mounted', `file:${join(folder, 'mounted.key')}`, {})
  await make('kms', kms.seal, kms.environment)
  other = createServer((_, response) =>
    response.end(JSON.stringify({ Plaintext: randomBytes(32).toString('base64') })),
  ).listen(0, '127.0.0.1')
  await once(other, 'listening')
  otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
})

after(async () => {
  other?.close()
  await kms?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

interface Case {
  readonly what: string
  readonly kind: string
  readonly spoil?: (path: string) => void
  readonly env?: () => Record<string, string>
  readonly flags?: () => string[]
  readonly words: RegExp
}

const wrongKey = /This root key did not make this store: put back the root key that belongs to/

const cases: readonly Case[] = [
  {
    what: 'the root key is lost',
    kind: 'file',
    spoil: (path) => rmSync(join(path, 'root.key')),
    words: /The root key \S+root\.key is missing: put it back, without it nothing can be opened/,
  },
  {
    what: "another store's key file",
    kind: 'file',
    spoil: (path) => cpSync(join(another('file'), 'root.key'), join(path, 'root.key')),
    words: wrongKey,
  },
  {
    what: 'a key file that is cut',
    kind: 'file',
    spoil: (path) => truncateSync(join(path, 'root.key'), 40),
    words: /root\.key does not hold a root key \(64 hexadecimal digits\): put the right file back/,
  },
  {
    what: 'a key file that others can read',
    kind: 'file',
    spoil: (path) => chmodSync(join(path, 'root.key'), 0o640),
    words: /Others can read the root key in \S+root\.key: run chmod 600 on it/,
  },
  {
    what: 'a key file and a variable',
    kind: 'file',
    env: () => ({ STRONGROOM_ROOT_KEY: rootKey }),
    words:
      /STRONGROOM_ROOT_KEY is given, and the seal is file: take it away, or start with --seal env/,
  },
  {
    what: 'a key file and a passphrase',
    kind: 'file',
    env: () => ({ STRONGROOM_PASSPHRASE: passphrase }),
    words:
      /A passphrase is given, and the seal is file: take it away, or start with --seal passphrase/,
  },
  {
    what: 'a seal that this store has not',
    kind: 'file',
    env: () => ({ STRONGROOM_PASSPHRASE: passphrase }),
    flags: () => ['--seal', 'passphrase'],
    words:
      /This store is sealed by a root key, and not by what --seal passphrase means: start with/,
  },
  {
    what: 'a seal of no kind',
    kind: 'file',
    flags: () => ['--seal', 'shamir'],
    words: /A seal is file, file:\/PATH, passphrase, env, credential:NAME or aws-kms:/,
  },
  {
    what: 'a wrong passphrase',
    kind: 'passphrase',
    env: () => ({ STRONGROOM_PASSPHRASE: `${passphrase}?` }),
    words: /This passphrase does not open this store: give the one that it was sealed with/,
  },
  {
    what: 'no passphrase, and nobody to ask',
    kind: 'passphrase',
    words:
      /The passphrase is missing: type it on a terminal, or give it by STRONGROOM_PASSPHRASE or/,
  },
  {
    what: "another store's database under the right passphrase's file",
    kind: 'passphrase',
    env: () => ({ STRONGROOM_PASSPHRASE: passphrase }),
    spoil: (path) => cpSync(join(another('passphrase'), 'store.db'), join(path, 'store.db')),
    words: /older than its anchor, or not the one that was anchored/,
  },
  {
    what: 'a file "seal" that is cut',
    kind: 'passphrase',
    spoil: (path) => truncateSync(join(path, 'seal'), 4),
    words: /\/seal does not name a seal: put the right file back, or give --seal/,
  },
  {
    what: 'a file "seal" that others can change',
    kind: 'passphrase',
    spoil: (path) => chmodSync(join(path, 'seal'), 0o662),
    words: /Others can change \S+\/seal: run chmod 600 on it and look at what it says/,
  },
  {
    what: 'a variable that is no key',
    kind: 'env',
    env: () => ({ STRONGROOM_ROOT_KEY: 'secret' }),
    words: /STRONGROOM_ROOT_KEY is not a root key: it must be 64 hexadecimal digits/,
  },
  {
    what: 'no variable',
    kind: 'env',
    words: /STRONGROOM_ROOT_KEY is not set: set it to the root key of this store/,
  },
  {
    what: 'another key in the variable',
    kind: 'env',
    env: () => ({ STRONGROOM_ROOT_KEY: randomBytes(32).toString('hex') }),
    words: wrongKey,
  },
  {
    what: 'no credential',
    kind: 'credential',
    words:
      /There is no credential strongroom: give it to the unit by LoadCredential=strongroom:FILE/,
  },
  {
    what: 'nothing is mounted',
    kind: 'mounted',
    spoil: (path) => writeFileSync(join(path, 'seal'), `file:${join(folder, 'nowhere')}\n`),
    words: /The root key \S+nowhere is missing: mount it, or make one by "openssl rand -hex 32"/,
  },
  {
    what: 'a KMS that is away',
    kind: 'kms',
    env: () => kms.environment,
    flags: () => ['--seal', `aws-kms:${kms.keyArn}@http://127.0.0.1:9`, '--seal-wait', '1'],
    words: /The KMS at http:\/\/127\.0\.0\.1:9 gave no answer within 1 s: start it, or see to the/,
  },
  {
    what: 'a KMS that denies',
    kind: 'kms',
    env: () => kms.stranger,
    words:
      /The KMS at \S+ refuses the root key of this store \(AccessDeniedException\): see to arn:/,
  },
  {
    what: "a KMS that is asked for another store's key",
    kind: 'kms',
    env: () => kms.environment,
    spoil: (path) => cpSync(join(another('kms'), 'store.db'), join(path, 'store.db')),
    words: /older than its anchor, or not the one that was anchored/,
  },
  {
    what: 'a KMS that gives other bytes',
    kind: 'kms',
    env: () => kms.environment,
    flags: () => ['--seal', `aws-kms:${kms.keyArn}@${otherUrl}`],
    words: /The KMS at \S+ gave back a key that does not open this store: see to it that arn:/,
  },
  {
    what: 'no credentials for the KMS',
    kind: 'kms',
    env: () => ({ AWS_SHARED_CREDENTIALS_FILE: '/dev/null' }),
    words:
      /There are no AWS credentials for the seal: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/,
  },
  {
    what: 'a KMS over an open network',
    kind: 'kms',
    flags: () => ['--seal', `aws-kms:${kms.keyArn}@http://kms.example.com`],
    words: /The root key would go to kms\.example\.com in the clear: name an https endpoint/,
  },
]

describe('a seal that does not open', { concurrency: 2 }, () => {
  for (const { what, kind, spoil, env, flags, words } of cases) {
    test(what, async () => {
      const path = mkdtempSync(join(folder, 'spoiled-'))
      cpSync(whole(kind), path, { recursive: true })
      spoil?.(path)
      const print = printOf(path)
      const way = { env: env?.() ?? {} }
      const ended = await serveUntilEnd(
        ['--listen', '127.0.0.1:0', '--data', path, ...(flags?.() ?? [])],
        way,
      )
      assert.equal(ended.code, 1)
      assert.equal(ended.stdout, '')
      assert.match(saidBy(ended), oneSentence)
      assert.match(saidBy(ended), words)
      for (const secret of Object.values(way.env)) {
        if (/^[\w/+?]{32,}$/.test(secret)) assert.ok(!ended.stderr.includes(secret))
      }
      assert.deepEqual(printOf(path), print)
    })
  }

  test('a start that waits for a KMS is stopped by a signal', async () => {
    const path = mkdtempSync(join(folder, 'waiting-'))
    cpSync(whole('kms'), path, { recursive: true })
    const away = `aws-kms:${kms.keyArn}@http://127.0.0.1:9`
    const flags = ['--listen', '127.0.0.1:0', '--data', path, '--seal', away]
    const print = printOf(path)
    const under = ['timeout', '--signal=TERM', '6']
    const ended = await serveUntilEnd(flags, { env: kms.environment, under })
    assert.notEqual(ended.code, 0)
    assert.equal(ended.stdout, '')
    assert.deepEqual(printOf(path), print)
  })

  test('a key that the KMS has disabled, until it is enabled', async () => {
    const path = mkdtempSync(join(folder, 'disabled-'))
    cpSync(whole('kms'), path, { recursive: true })
    await kms.client.send(new DisableKeyCommand({ KeyId: kms.keyArn }))
    const flags = ['--listen', '127.0.0.1:0', '--data', path]
    const ended = await serveUntilEnd(flags, { env: kms.environment })
    await kms.client.send(new EnableKeyCommand({ KeyId: kms.keyArn }))
    assert.match(saidBy(ended), /refuses the root key of this store \(DisabledException\)/)
    await using house = await raiseHouse({ dataPath: path, environment: kms.environment })
    assert.deepEqual(house.complaints, [])
  })
})
