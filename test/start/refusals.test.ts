/**
 * A start that cannot be right is refused: one sentence that says what to do, exit code 1, and not a
 * byte of the folder changed.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, test } from 'node:test'
import { raiseHouse, type TestHouse } from '../house.ts'
import { callJson } from '../raw.ts'
import { type Ended, oneSentence, printOf, saidBy, serveUntilEnd } from './child.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-start-'))
/** A folder with some secrets, one with other keys, and what the first was before its last secrets. */
const whole = join(folder, 'whole')
const other = join(folder, 'other')
const older = join(folder, 'older')

const makeSecrets = (house: TestHouse, from: number, count: number) =>
  Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const secret = { Name: `start/${from + n}`, SecretString: 'x'.repeat(20_000) }
      const input = { ...secret, ClientRequestToken: randomUUID() }
      const options = { url: house.url, keys: house.root }
      const { status } = await callJson('secretsmanager.CreateSecret', input, options)
      assert.equal(status, 200)
    }),
  )

before(async () => {
  await using house = await raiseHouse({ dataPath: whole })
  await makeSecrets(house, 0, 5)
  await house.stop()
  cpSync(whole, older, { recursive: true })
  await house.restart()
  await makeSecrets(house, 5, 5)
  await house.stop()
  await using second = await raiseHouse({ dataPath: other })
  await second.stop()
})

after(() => rmSync(folder, { recursive: true, force: true }))

const serveOn = (dataPath: string, ...flags: string[]): Promise<Ended> =>
  serveUntilEnd(['--listen', '127.0.0.1:0', '--data', dataPath, ...flags])

function mustBeRefused(ended: Ended, words: RegExp): void {
  assert.equal(ended.code, 1)
  assert.equal(ended.stdout, '')
  assert.match(saidBy(ended), oneSentence)
  assert.match(saidBy(ended), words)
}

const pageBytes = 4096

function zero(path: string, from: number, bytes: number): void {
  const content = readFileSync(path)
  content.fill(0, from, from + bytes)
  writeFileSync(path, content)
}

/** Where the tree of a table begins. */
function rootPageOf(path: string, table: string): number {
  using database = new DatabaseSync(path, { readOnly: true })
  const row = database.prepare('SELECT rootpage FROM sqlite_schema WHERE name = ?').get(table)
  return (Number(row?.rootpage) - 1) * pageBytes
}

/** The page in the middle of those that hold rows; what overflows from them is the seal's to notice. */
function middleOf(path: string): number {
  using database = new DatabaseSync(path, { readOnly: true })
  const pages = database
    .prepare("SELECT pageno FROM dbstat WHERE pagetype = 'leaf' ORDER BY pageno")
    .all()
  return (Number(pages[pages.length >> 1]?.pageno) - 1) * pageBytes
}

interface Spoiled {
  readonly what: string
  spoil(path: string): void
  readonly flags?: readonly string[]
  readonly words: RegExp
}

const damaged = /store\.db is damaged or is not a strongroom database: put back a backup/
const notAnchored = /older than its anchor, or not the one that was anchored: restore the newest/
const otherRootKey = /This root key did not make this store: put back the root key/

const spoiled: readonly Spoiled[] = [
  {
    what: "another folder's root key",
    spoil: (path) => cpSync(join(other, 'root.key'), join(path, 'root.key')),
    words: otherRootKey,
  },
  {
    what: 'a root key that others may read',
    spoil: (path) => chmodSync(join(path, 'root.key'), 0o644),
    words: /Others can read the root key in \S+root\.key: run chmod 600 on it/,
  },
  {
    what: 'no root key',
    spoil: (path) => rmSync(join(path, 'root.key')),
    words: /The root key \S+root\.key is missing: put it back/,
  },
  {
    what: 'a root key that is none',
    spoil: (path) => writeFileSync(join(path, 'root.key'), 'correct horse battery staple\n'),
    words: /root\.key does not hold a root key \(64 hexadecimal digits\): put the right file back/,
  },
  {
    what: 'an empty root key',
    spoil: (path) => truncateSync(join(path, 'root.key')),
    words: /root\.key does not hold a root key/,
  },
  {
    what: 'a database whose header is zeroed',
    spoil: (path) => zero(join(path, 'store.db'), 0, 100),
    words: damaged,
  },
  {
    what: 'a database whose middle page is zeroed',
    spoil: (path) => zero(join(path, 'store.db'), middleOf(join(path, 'store.db')), pageBytes),
    words: damaged,
  },
  ...['records', 'journal'].map((table) => ({
    what: `a database whose table of ${table} is zeroed`,
    spoil(path: string) {
      const database = join(path, 'store.db')
      zero(database, rootPageOf(database, table), pageBytes)
    },
    words: damaged,
  })),
  {
    what: 'a database cut in half',
    spoil(path) {
      const database = join(path, 'store.db')
      truncateSync(database, readFileSync(database).length / 2)
    },
    words: damaged,
  },
  {
    what: 'an empty database',
    spoil: (path) => truncateSync(join(path, 'store.db')),
    words: damaged,
  },
  {
    what: 'a text for a database',
    spoil: (path) => writeFileSync(join(path, 'store.db'), 'name,value\na,b\n'.repeat(1000)),
    words: damaged,
  },
  {
    what: 'a database of something else',
    spoil(path) {
      rmSync(join(path, 'store.db'))
      using database = new DatabaseSync(join(path, 'store.db'))
      database.exec('CREATE TABLE songs (name TEXT)')
    },
    words: damaged,
  },
  {
    what: 'a database of a newer program',
    spoil(path) {
      using database = new DatabaseSync(join(path, 'store.db'))
      database.exec('PRAGMA user_version = 9')
    },
    words: /store\.db was written by a newer strongroom: use that version/,
  },
  {
    what: 'no database, though there was one',
    spoil: (path) => rmSync(join(path, 'store.db')),
    words: /store\.db is missing, and \S+anchor says that there was one: put it back/,
  },
  { what: 'no anchor', spoil: (path) => rmSync(join(path, 'anchor')), words: notAnchored },
  {
    what: "another folder's anchor",
    spoil: (path) => cpSync(join(other, 'anchor'), join(path, 'anchor')),
    words: notAnchored,
  },
  {
    what: 'an anchor that was edited',
    spoil(path) {
      const anchor = readFileSync(join(path, 'anchor'), 'utf8')
      writeFileSync(join(path, 'anchor'), anchor.replace(/"seq":\d+/, '"seq":1'))
    },
    words: notAnchored,
  },
  {
    what: 'an older copy of the database',
    spoil: (path) => cpSync(join(older, 'store.db'), join(path, 'store.db')),
    words: notAnchored,
  },
  {
    what: "another folder's database",
    spoil: (path) => cpSync(join(other, 'store.db'), join(path, 'store.db')),
    words: otherRootKey,
  },
  {
    what: 'another account than at the first start',
    spoil() {},
    flags: ['--account', '123456789012'],
    words: /was made for account 000000000000: start with --account 000000000000, or name another/,
  },
  {
    what: 'a lock that is no lock',
    spoil: (path) => appendFileSync(join(path, 'lock'), 'mine'.repeat(1000)),
    words: /Can't use the data folder \S+ \(file is not a database\): name another by --data/,
  },
]

describe('a folder that is not as it was left', { concurrency: 2 }, () => {
  for (const { what, spoil, flags = [], words } of spoiled) {
    test(what, async () => {
      const path = mkdtempSync(join(folder, 'spoiled-'))
      cpSync(whole, path, { recursive: true })
      spoil(path)
      const print = printOf(path)
      mustBeRefused(await serveOn(path, ...flags), words)
      assert.deepEqual(printOf(path), print)
    })
  }
})

describe('a place that cannot be used', { concurrency: 2 }, () => {
  test('a busy port, found out before there is a folder', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const path = join(folder, 'never')
    const ended = await serveUntilEnd(['--listen', `127.0.0.1:${port}`, '--data', path])
    server.close()
    mustBeRefused(ended, /Port \d+ on 127\.0\.0\.1 is in use: stop what uses it, or choose another/)
    assert.equal(existsSync(path), false)
  })

  test('an address that is not of this machine', async () => {
    const path = join(folder, 'never')
    const flags = ['--listen', '192.0.2.1:7766', '--insecure', '--data', path]
    mustBeRefused(await serveUntilEnd(flags), /Can't listen on 192\.0\.2\.1:7766 \(EADDRNOTAVAIL\)/)
    assert.equal(existsSync(path), false)
  })

  test('a file', async () => {
    const path = join(folder, 'file')
    writeFileSync(path, 'mine')
    mustBeRefused(await serveOn(path), /Can't write to \S+file: name another folder by --data/)
    mustBeRefused(await serveOn(join(path, 'below')), /Can't write to \S+below: name another/)
    assert.equal(readFileSync(path, 'utf8'), 'mine')
  })

  const skip = existsSync('/proc/self') ? false : 'no /proc to be refused by'
  test('where nobody may write', { skip }, async () => {
    mustBeRefused(await serveOn('/proc/strongroom'), /Can't use the data folder \/proc\/strongroom/)
    mustBeRefused(await serveOn('/proc'), /Can't use the data folder \/proc /)
  })

  test('a folder that is being served', async () => {
    const path = mkdtempSync(join(folder, 'served-'))
    cpSync(whole, path, { recursive: true })
    await using house = await raiseHouse({ dataPath: path })
    mustBeRefused(await serveOn(path), /Another strongroom uses this data folder: stop it first/)
    const options = { url: house.url, keys: house.root }
    assert.equal((await callJson('secretsmanager.ListSecrets', {}, options)).status, 200)
  })

  test('a link to a folder that is being served', async () => {
    const path = mkdtempSync(join(folder, 'served-'))
    await using house = await raiseHouse({ dataPath: path })
    const link = join(folder, 'link')
    symlinkSync(path, link)
    mustBeRefused(await serveOn(link), /Another strongroom uses this data folder/)
    assert.deepEqual(house.complaints, [])
  })
})
