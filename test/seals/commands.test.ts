/** seal, store and doctor: as a person types them, against a house that serves and against none. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { typed } from '../cli/command.ts'
import { raiseHouse, type TestHouse } from '../house.ts'
import { printOf } from '../start/child.ts'
import { furnish, mustReadAll } from './bench.ts'

// As serve does; these houses live in the test's own process.
process.umask(0o077)
const folder = mkdtempSync(join(tmpdir(), 'strongroom-commands-'))

const passphrase = 'correct horse battery staple'
let house: TestHouse
let profile: string
before(async () => {
  house = await raiseHouse({ dataPath: join(folder, 'data') })
  profile = join(house.dataPath, 'root-credentials')
  await furnish(house, 5)
})
after(async () => {
  await house.stop()
  rmSync(folder, { recursive: true, force: true })
})

const type = (words: readonly string[], environment: Record<string, string> = {}) =>
  typed([...words, '--profile', profile], environment)

test('status says the seal and the store keys', async () => {
  const { code, stdout } = await type(['seal', 'status'])
  assert.equal(code, 0)
  assert.match(stdout, /^seal {7}file\nstore key {2}1, made \d{4}-\S+Z: seals\n$/)
})

test('rewrap takes a passphrase from the environment, and says what opens the store now', async () => {
  const environment = { STRONGROOM_PASSPHRASE: passphrase }
  const moved = await type(['seal', 'rewrap', '--to', 'passphrase'], environment)
  assert.equal(moved.code, 0, moved.stderr)
  assert.equal(moved.stdout, 'passphrase\n')
  assert.match(
    moved.stderr,
    /^strongroom: the store opens by passphrase and by nothing else; older/,
  )
  const again = await type(['seal', 'rotate'], environment)
  assert.equal(again.code, 0, again.stderr)
  await mustReadAll(house, 5)
})

test('rewrap without the secret that it needs is refused in one sentence', async () => {
  const { code, stdout, stderr } = await type(['seal', 'rewrap', '--to', 'passphrase'])
  assert.deepEqual([code, stdout], [1, ''])
  assert.match(
    stderr,
    /^strongroom: The new passphrase is missing: type it on a terminal[^\n]+\.\n$/,
  )
  const wrong = await type(['seal', 'rewrap', '--to', 'env'], { STRONGROOM_ROOT_KEY: 'x' })
  assert.match(wrong.stderr, /^strongroom: InvalidSealException: STRONGROOM_ROOT_KEY is not a root/)
  const back = await type(['seal', 'rewrap', '--to', 'file'])
  assert.equal(back.code, 0, back.stderr)
})

test('store rotate ends when everything is sealed anew', async () => {
  const { code, stdout, stderr } = await type(['store', 'rotate'])
  assert.deepEqual([code, stdout], [0, '2\n'], stderr)
  const { stdout: status } = await type(['seal', 'status'])
  assert.match(status, /store key {2}1, .*: opens the older journal\nstore key {2}2, .*: seals\n$/)
})

interface Told {
  readonly checks: readonly {
    readonly name: string
    readonly state: string
    readonly words: string
  }[]
}

const statesIn = (text: string): Record<string, string> =>
  Object.fromEntries((JSON.parse(text) as Told).checks.map(({ name, state }) => [name, state]))

describe('doctor', () => {
  test('asks the server of a folder that is served', async () => {
    const { code, stdout, stderr } = await typed(['doctor', '--data', house.dataPath, '--json'])
    assert.equal(code, 0, stderr)
    const states = statesIn(stdout)
    for (const name of ['seal', 'files', 'clock', 'tls', 'audit', 'client clock']) {
      assert.equal(states[name], 'ok', name)
    }
    assert.equal(states['key file'], 'warning')
    assert.equal(states['old keys'], 'warning')
    assert.equal(states.backups, 'warning')
  })

  test('prints a line for each thing; a failure is exit code 1', async () => {
    chmodSync(join(house.dataPath, 'store.db'), 0o644)
    const { code, stdout, stderr } = await typed(['doctor', '--data', house.dataPath])
    chmodSync(join(house.dataPath, 'store.db'), 0o600)
    assert.equal(code, 1)
    assert.match(stdout, /^ok {4}seal {10}file opens the store$/m)
    assert.match(
      stdout,
      /^FAIL {2}files {9}others have a hand in the data folder: run chmod go= \S+store\.db$/m,
    )
    assert.match(stderr, /^strongroom: 1 of \d+ checks failed\.\n$/)
  })

  test('notices that the next start is told the wrong seal', async () => {
    await using told = await raiseHouse({ flags: { seal: 'file' } })
    const own = ['--profile', join(told.dataPath, 'root-credentials')]
    const environment = { STRONGROOM_ROOT_KEY: randomBytes(32).toString('hex') }
    const moved = await typed(['seal', 'rewrap', '--to', 'env', ...own], environment)
    assert.match(moved.stderr, /started with --seal file: take that away before it starts again/)
    const { code, stdout } = await typed(['doctor', '--data', told.dataPath])
    assert.equal(code, 1)
    assert.match(
      stdout,
      /^FAIL {2}seal option {3}this start was told --seal file, and the store is/m,
    )
  })

  describe('of a folder that nobody serves', () => {
    const still = join(folder, 'still')
    before(async () => {
      await using made = await raiseHouse({ dataPath: still })
      await furnish(made, 3)
      await made.stop()
    })
    const doctor = async (path: string) => typed(['doctor', '--data', path, '--json'])

    test('looks under the lock and changes nothing', async () => {
      const print = printOf(still)
      const { code, stdout, stderr } = await doctor(still)
      assert.equal(code, 0, stderr)
      assert.equal(statesIn(stdout).audit, 'ok')
      assert.deepEqual(printOf(still), print)
    })

    const wounds: readonly (readonly [
      what: string,
      name: string,
      wound: (path: string) => void,
    ])[] = [
      ['a root key that is lost', 'seal', (path) => rmSync(join(path, 'root.key'))],
      [
        'a root key that others can read',
        'seal',
        (path) => chmodSync(join(path, 'root.key'), 0o644),
      ],
      ['an anchor that is lost', 'audit', (path) => rmSync(join(path, 'anchor'))],
      ['a folder that others can enter', 'files', (path) => chmodSync(path, 0o755)],
      [
        'a batch that was altered',
        'audit',
        (path) => {
          using database = new DatabaseSync(join(path, 'store.db'))
          database.exec('UPDATE journal SET batch = zeroblob(99) WHERE seq = 2')
        },
      ],
    ]
    for (const [what, name, wound] of wounds) {
      test(what, async () => {
        const path = mkdtempSync(join(folder, 'wounded-'))
        cpSync(still, path, { recursive: true })
        wound(path)
        const { code, stdout } = await doctor(path)
        assert.equal(code, 1)
        assert.equal(statesIn(stdout)[name], 'failure')
      })
    }
  })
})
