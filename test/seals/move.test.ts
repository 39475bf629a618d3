/**
 * A store moves from seal to seal while it is read, and starts by the new one alone without being told;
 * the old one opens it no more. Killed behind any step it starts by one of the two.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { Refusal } from '../../src/lib/fault.ts'
import { raiseHouse, type TestHouse } from '../house.ts'
import { StrongroomRecords } from '../wire/strongroom/records.ts'
import { call, furnish, imageOf, move, mustReadAll, settled, whileReading } from './bench.ts'
import { type KmsHouse, raiseKms } from './kms.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-moves-'))
const secretsCount = 12
const rootKey = randomBytes(32).toString('hex')
const passphrase = 'correct horse battery staple'
const mountedPath = join(folder, 'mounted.key')
const credentials = join(folder, 'credentials')

let kms: KmsHouse
before(async () => {
  kms = await raiseKms()
  writeFileSync(mountedPath, `${randomBytes(32).toString('hex')}\n`, { mode: 0o400 })
  mkdirSync(credentials)
  writeFileSync(join(credentials, 'root'), randomBytes(32).toString('hex'), { mode: 0o400 })
})
after(async () => {
  await kms?.[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

/** Each seal with what its start needs; all may stand in one environment but these. */
const seals = (): Record<
  string,
  { to: string; secret?: string; environment: Record<string, string> }
> => ({
  file: { to: 'file', environment: {} },
  passphrase: {
    to: 'passphrase',
    secret: passphrase,
    environment: { STRONGROOM_PASSPHRASE: passphrase },
  },
  env: { to: 'env', secret: rootKey, environment: { STRONGROOM_ROOT_KEY: rootKey } },
  mounted: { to: `file:${mountedPath}`, environment: {} },
  credential: { to: 'credential:root', environment: { CREDENTIALS_DIRECTORY: credentials } },
  kms: { to: kms.seal, environment: kms.environment },
})

const sealOf = (name: string) => {
  const seal = seals()[name]
  assert.ok(seal)
  return seal
}

/** What any of them needs but a key or a passphrase, which are refused where they are not used. */
const shared = () => ({ ...kms.environment, CREDENTIALS_DIRECTORY: credentials })

const raise = (
  dataPath: string,
  name: string,
  stage?: (step: string) => void,
): Promise<TestHouse> =>
  raiseHouse({
    dataPath,
    environment: { ...shared(), ...sealOf(name).environment },
    ...(stage && { world: { stage } }),
  })

test('around all seals, read without pause, restarted behind each, opened by the old one no more', async (t) => {
  const dataPath = join(folder, 'around')
  const path = ['passphrase', 'env', 'kms', 'mounted', 'credential', 'file', 'kms', 'file']
  let from = 'file'
  let house = await raise(dataPath, from)
  t.after(() => house.stop())
  await furnish(house, secretsCount)
  let reads = 0
  for (const name of path) {
    const { to, secret } = sealOf(name)
    reads += await whileReading(house, secretsCount, async () => {
      const { Seal, State, LastMove } = await move(house, to, secret)
      assert.deepEqual(
        { Seal, State, LastMove },
        { Seal: to, State: 'STEADY', LastMove: { To: to } },
      )
    })
    await house.stop()
    assert.deepEqual(house.complaints, [])
    if (from !== name) {
      const { to: old } = sealOf(from)
      const flags = { seal: old }
      const environment = { ...shared(), ...sealOf(from).environment }
      await assert.rejects(raiseHouse({ dataPath, flags, environment }), Refusal)
    }
    house = await raise(dataPath, name)
    await mustReadAll(house, secretsCount)
    from = name
  }
  t.diagnostic(`${reads} reads while the store moved ${path.length} times, none failed`)
  await house.stop()
  assert.equal(existsSync(join(dataPath, 'root.key')), true)
  assert.equal(globSync('root.key.until-*', { cwd: dataPath }).length, 2)
})

describe('a new root key under the same seal', () => {
  for (const name of ['file', 'passphrase', 'kms']) {
    test(name, async () => {
      const dataPath = join(folder, `rotated-${name}`)
      const { to, secret, environment } = sealOf(name)
      await using house = await raiseHouse({
        dataPath,
        environment: { ...shared(), ...environment },
        flags: { seal: to },
      })
      await furnish(house, 2)
      cpSync(dataPath, `${dataPath}-before`, { recursive: true })
      await call(house, 'RotateSeal', { ...(secret && { Secret: secret }) })
      assert.deepEqual((await settled(house)).LastMove, { To: to })
      await house.stop()
      await using again = await raise(dataPath, name)
      await mustReadAll(again, 2)
      if (name !== 'file') return
      const stale = readFileSync(join(`${dataPath}-before`, 'root.key'))
      assert.equal(readFileSync(join(dataPath, 'root.key')).equals(stale), false)
      const [kept = ''] = globSync('root.key.until-*', { cwd: dataPath })
      assert.equal(readFileSync(join(dataPath, kept)).equals(stale), true)
    })
  }

  test("is not strongroom's to make where somebody else keeps it", async () => {
    await using house = await raiseHouse({ environment: { STRONGROOM_ROOT_KEY: rootKey } })
    await assert.rejects(
      call(house, 'RotateSeal'),
      /The root key of env is not strongroom's to make/,
    )
  })
})

describe('a move that cannot be', () => {
  const cases: readonly (readonly [what: string, input: object, words: RegExp])[] = [
    ['to a seal of no kind', { To: 'shamir' }, /A seal is file, file:\/PATH, passphrase/],
    ['to a passphrase without one', { To: 'passphrase' }, /A new passphrase is needed/],
    ['to a short passphrase', { To: 'passphrase', Secret: 'short' }, /must have 12 characters/],
    ['to a key that is none', { To: 'env', Secret: 'x'.repeat(64) }, /is not a root key/],
    ['to a variable without a key', { To: 'env' }, /STRONGROOM_ROOT_KEY is not set/],
    ['to a file that is not there', { To: 'file:/nowhere/key' }, /is missing: mount it/],
    ['to a credential without a folder', { To: 'credential:none' }, /There is no credential none/],
    [
      'to a KMS over an open network',
      { To: 'aws-kms:arn:aws:kms:us-east-1:1:key/a@http://a.example' },
      /in the clear/,
    ],
  ]
  let house: TestHouse
  before(async () => {
    house = await raiseHouse()
  })
  after(() => house[Symbol.asyncDispose]())
  for (const [what, input, words] of cases) {
    test(what, async () => {
      await assert.rejects(call(house, 'RewrapSeal', input), words)
      const { Seal, State } = await settled(house)
      assert.deepEqual([Seal, State], ['file', 'STEADY'])
    })
  }

  test('to a KMS that denies', async () => {
    await using denied = await raiseHouse({ environment: kms.stranger })
    await assert.rejects(
      call(denied, 'RewrapSeal', { To: kms.seal }),
      /refuses the root key of this store \(AccessDeniedException\)/,
    )
  })

  test('to the key that it has', async () => {
    await using same = await raiseHouse({ environment: { STRONGROOM_ROOT_KEY: rootKey } })
    const input = { To: 'env', Secret: rootKey }
    await assert.rejects(call(same, 'RewrapSeal', input), /holds the root key that the store has/)
  })

  test('a passphrase stands in no record', async () => {
    await call(house, 'RewrapSeal', { To: 'passphrase', Secret: passphrase })
    await settled(house)
    const records = await new StrongroomRecords(house).newest(50)
    const names = new Set(records.map(({ eventName }) => eventName))
    assert.ok(names.has('RewrapSeal') && names.has('SealMoved'))
    assert.equal(JSON.stringify(records).includes('correct horse'), false)
  })
})

describe('killed behind any step, the store starts by the old seal or by the new one', () => {
  const moves = [
    ['file', 'file'],
    ['file', 'passphrase'],
    ['passphrase', 'file'],
    ['file', 'kms'],
    ['kms', 'env'],
  ] as const
  for (const [from, to] of moves) {
    test(`from ${from} to ${to}`, async () => {
      const dataPath = join(folder, `killed-${from}-${to}`)
      const images: string[] = []
      const stage = (step: string) => {
        const image = `${dataPath}-${images.length}`
        imageOf(dataPath, image)
        images.push(image)
        assert.ok(step)
      }
      await using house = await raiseHouse({
        dataPath,
        environment: { ...shared(), ...sealOf(from).environment },
        flags: { seal: sealOf(from).to },
        world: { stage },
      })
      await furnish(house, 3)
      const { secret } = sealOf(to)
      if (from === to) await call(house, 'RotateSeal')
      else await call(house, 'RewrapSeal', { To: sealOf(to).to, ...(secret && { Secret: secret }) })
      const { LastMove } = await settled(house)
      assert.deepEqual(LastMove, { To: sealOf(to).to })
      await house.stop()
      assert.deepEqual(house.complaints, [])
      assert.equal(images.length, 5)
      for (const image of images) {
        const opened = await raise(image, from).catch(() => raise(image, to))
        await using again = opened
        await mustReadAll(again, 3)
        assert.equal((await settled(again)).State, 'STEADY')
      }
    })
  }
})
