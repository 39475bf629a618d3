/**
 * Fifty ways in which database, log, anchor, key file, header, seal and settings can be damaged: each start
 * is refused in a sentence of its own, changes nothing, and never makes a fresh store over an old path.
 */
import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import type { ServeFlags } from '../../src/config.ts'
import { Refusal } from '../../src/lib/fault.ts'
import { raiseHouse, type TestHouse } from '../house.ts'
import { callJson } from '../raw.ts'
import { until } from '../until.ts'
import { printOf } from './child.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-shapes-'))
after(() => rmSync(folder, { recursive: true, force: true }))
/** At rest; as a crash leaves it, with what was written last in the log alone; and of another store. */
const whole = join(folder, 'whole')
const crashed = join(folder, 'crashed')
const other = join(folder, 'other')

async function write(house: TestHouse, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const secret = { Name: `shape/${randomUUID()}`, SecretString: 'x'.repeat(3000) }
    const input = { ...secret, ClientRequestToken: randomUUID() }
    const options = { url: house.url, keys: house.root }
    assert.equal((await callJson('secretsmanager.CreateSecret', input, options)).status, 200)
  }
}

before(async () => {
  await using house = await raiseHouse({ dataPath: whole })
  await write(house, 5)
  await house.stop()
  const live = join(folder, 'live')
  cpSync(whole, live, { recursive: true })
  await using second = await raiseHouse({ dataPath: live })
  await write(second, 5)
  await until(() => anchored(live) === headOf(live))
  cpSync(live, crashed, { recursive: true })
  await using third = await raiseHouse({ dataPath: other })
  await write(third, 1)
  await third.stop()
})

const anchored = (path: string): number =>
  JSON.parse(readFileSync(join(path, 'anchor'), 'utf8')).seq

function headOf(path: string): unknown {
  using database = new DatabaseSync(join(path, 'store.db'), { readOnly: true })
  return database.prepare('SELECT seq FROM head').get()?.seq
}

interface Shape {
  readonly what: string
  readonly of?: 'crashed'
  spoil(path: string): void
  readonly flags?: ServeFlags
  readonly words: RegExp
}

const damaged = /store\.db is damaged or is not a strongroom database: put back a backup/
const notAnchored = /older than its anchor, or not the one that was anchored: restore the newest/
const otherKey = /This root key did not make this store: put back the root key/
const noKey =
  /root\.key does not hold a root key \(64 hexadecimal digits\): put the right file back/
const anything = /^(?:[^\n]+)[.)]$/

/** The usual ways to spoil a file. */
const waysTo = (name: string): Readonly<Record<string, (path: string) => void>> => ({
  empty: (path) => truncateSync(join(path, name)),
  'cut in half': (path) =>
    truncateSync(join(path, name), readFileSync(join(path, name)).length >> 1),
  'cut by one byte': (path) =>
    truncateSync(join(path, name), readFileSync(join(path, name)).length - 1),
  zeroed: (path) =>
    writeFileSync(join(path, name), Buffer.alloc(readFileSync(join(path, name)).length)),
  noise: (path) =>
    writeFileSync(join(path, name), randomBytes(readFileSync(join(path, name)).length)),
  'a folder': (path) => {
    rmSync(join(path, name))
    mkdirSync(join(path, name))
  },
})

const shapesOf = (
  name: string,
  words: Readonly<Record<string, RegExp>>,
  of?: 'crashed',
): Shape[] => {
  const ways = waysTo(name)
  return Object.entries(words).map(([way, sentence]) => ({
    what: `${name}, ${way}`,
    spoil: ways[way] ?? (() => assert.fail(way)),
    words: sentence,
    ...(of && { of }),
  }))
}

/** Rewrites the header in the database. */
const withHeader = (
  what: string,
  words: RegExp,
  change: (header: Record<string, unknown>) => unknown,
): Shape => ({
  what: `a header ${what}`,
  spoil(path) {
    using database = new DatabaseSync(join(path, 'store.db'))
    const row = database.prepare("SELECT body FROM meta WHERE name = 'store'").get()
    const changed = change(JSON.parse(String(row?.body)))
    const text = typeof changed === 'string' ? changed : JSON.stringify(changed)
    database.prepare("UPDATE meta SET body = ? WHERE name = 'store'").run(text)
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  },
  words,
})

const statement = (what: string, sql: string, words: RegExp): Shape => ({
  what,
  spoil(path) {
    using database = new DatabaseSync(join(path, 'store.db'))
    database.exec(sql)
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  },
  words,
})

const flagged = (what: string, flags: ServeFlags, words: RegExp): Shape => ({
  what: `told ${what}`,
  spoil() {},
  flags,
  words,
})

const shapes: readonly Shape[] = [
  ...shapesOf('store.db', {
    empty: damaged,
    'cut in half': damaged,
    'cut by one byte': damaged,
    zeroed: damaged,
    noise: damaged,
    'a folder': damaged,
  }),
  ...shapesOf(
    'store.db-wal',
    { empty: notAnchored, 'cut in half': notAnchored, zeroed: notAnchored, noise: notAnchored },
    'crashed',
  ),
  {
    what: 'the log, missing',
    of: 'crashed',
    spoil: (path) => rmSync(join(path, 'store.db-wal')),
    words: notAnchored,
  },
  {
    what: 'the database beside its log, missing',
    of: 'crashed',
    spoil: (path) => rmSync(join(path, 'store.db')),
    words: /store\.db is missing, and \S+anchor says that there was one: put it back/,
  },
  {
    what: "the database, another store's, beside this one's log",
    of: 'crashed',
    spoil: (path) => cpSync(join(other, 'store.db'), join(path, 'store.db')),
    words: /did not make this store|is damaged|not the one that was anchored/,
  },
  ...shapesOf('anchor', {
    empty: notAnchored,
    'cut in half': notAnchored,
    zeroed: notAnchored,
    noise: notAnchored,
    'a folder': notAnchored,
  }),
  ...['seq', 'link', 'mac'].map((member) => ({
    what: `an anchor whose ${member} was edited`,
    spoil(path: string) {
      const anchor = JSON.parse(readFileSync(join(path, 'anchor'), 'utf8'))
      anchor[member] =
        member === 'seq'
          ? anchor.seq + 1
          : anchor[member].replace(/^./, (digit: string) => (digit === '0' ? '1' : '0'))
      writeFileSync(join(path, 'anchor'), JSON.stringify(anchor))
    },
    words: notAnchored,
  })),
  ...shapesOf('root.key', {
    empty: noKey,
    'cut in half': noKey,
    zeroed: noKey,
    noise: noKey,
    'a folder': /Can't read the root key in \S+root\.key \(EISDIR\)|Others can read the root key/,
  }),
  {
    what: 'root.key, one digit changed',
    spoil(path) {
      const text = readFileSync(join(path, 'root.key'), 'utf8')
      writeFileSync(
        join(path, 'root.key'),
        text.replace(/^./, (digit) => (digit === '0' ? '1' : '0')),
      )
    },
    words: otherKey,
  },
  {
    what: 'root.key, two keys in it',
    spoil: (path) =>
      writeFileSync(join(path, 'root.key'), `${'a'.repeat(64)}\n${'b'.repeat(64)}\n`),
    words: noKey,
  },
  {
    what: 'root.key, for a group to read',
    spoil: (path) => chmodSync(join(path, 'root.key'), 0o640),
    words: /Others can read the root key in \S+root\.key: run chmod 600 on it/,
  },
  {
    what: 'root.key, missing',
    spoil: (path) => rmSync(join(path, 'root.key')),
    words: /The root key \S+root\.key is missing: put it back/,
  },
  withHeader('that is empty', damaged, () => ''),
  withHeader('that is no JSON', damaged, () => '{"format":'),
  withHeader('that is a list', damaged, () => []),
  withHeader('of a newer format', damaged, (header) => ({ ...header, format: 9 })),
  withHeader('without keys', damaged, (header) => ({ ...header, keys: [] })),
  withHeader('without seals', damaged, (header) => ({ ...header, seals: [] })),
  withHeader('of another store', otherKey, (header) => ({ ...header, storeId: randomUUID() })),
  withHeader('of another account', otherKey, (header) => ({ ...header, account: '123456789012' })),
  withHeader('whose floor was lifted', damaged, (header) => ({ ...header, floor: 2 })),
  withHeader('whose wrap was cut', otherKey, (header) => ({
    ...header,
    seals: [{ terms: { kind: 'key' }, wrapped: ['AAAA'] }],
  })),
  withHeader('of a seal that nobody knows', /sealed by something newer/, (header) => ({
    ...header,
    seals: [{ terms: { kind: 'quantum' }, wrapped: ['AAAA'] }],
  })),
  statement('a database without its header', "DELETE FROM meta WHERE name = 'store'", damaged),
  statement('a database without its head', 'DELETE FROM head', damaged),
  statement('a head that was moved back', 'UPDATE head SET seq = seq - 1', notAnchored),
  statement(
    'a journal without its newest batch',
    'DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)',
    notAnchored,
  ),
  statement('a database without its records', 'DROP TABLE records', anything),
  statement(
    'a database of a newer program',
    'PRAGMA user_version = 99',
    /was written by a newer strongroom: use that version/,
  ),
  {
    what: 'a file `seal` that names none',
    spoil: (path) => writeFileSync(join(path, 'seal'), 'wax\n', { mode: 0o600 }),
    words: /seal does not name a seal: put the right file back, or give --seal/,
  },
  {
    what: 'a file `seal` that others may change',
    spoil(path) {
      writeFileSync(join(path, 'seal'), 'file\n')
      chmodSync(join(path, 'seal'), 0o666)
    },
    words: /Others can change \S+seal: run chmod 600 on it/,
  },
  {
    what: 'a file `seal` that names another seal',
    spoil: (path) => writeFileSync(join(path, 'seal'), 'passphrase\n', { mode: 0o600 }),
    words: /This store is sealed by a root key, and not by what --seal passphrase means/,
  },
  flagged('another account', { account: '123456789012' }, /was made for account 000000000000/),
  flagged('an account that is none', { account: '12' }, /--account 12 is not an AWS account id/),
  flagged('a seal that is none', { seal: 'wax' }, /A seal is file, file:\/PATH, passphrase/),
  flagged(
    'a region that is not served',
    { region: 'eu-west-1', regions: 'us-east-1' },
    /--region eu-west-1 is not among/,
  ),
  flagged('to listen nowhere', { listen: 'here' }, /--listen here is not HOST:PORT/),
  flagged('half of a certificate', { tlsCert: 'cert.pem' }, /TLS needs both/),
  flagged('half of a schedule', { backupEvery: '1h' }, /need both --backup-every and --backup-to/),
  flagged(
    'a span that is none',
    { backupEvery: 'soon', backupTo: '/b' },
    /--backup-every soon is not a span/,
  ),
]

test('there are fifty of them, each another', () => {
  assert.ok(shapes.length >= 50, `${shapes.length}`)
  assert.equal(new Set(shapes.map(({ what }) => what)).size, shapes.length)
})

/** All but the print of the database must be as it was, and that must not be a new store. */
for (const { what, of, spoil, flags = {}, words } of shapes) {
  test(what, async () => {
    const path = mkdtempSync(join(folder, 'shape-'))
    cpSync(of === 'crashed' ? crashed : whole, path, { recursive: true })
    // The index of a log is made anew by whoever opens it.
    rmSync(join(path, 'store.db-shm'), { force: true })
    spoil(path)
    const print = printOf(path)
    const hadDatabase = existsSync(join(path, 'store.db'))
    await assert.rejects(
      raiseHouse({ dataPath: path, flags }).then((house) => house.stop()),
      (thrown: Error) => {
        assert.ok(thrown instanceof Refusal, `${thrown.stack}`)
        assert.match(thrown.message, words)
        assert.doesNotMatch(thrown.message, /\n/)
        return true
      },
    )
    assert.equal(existsSync(join(path, 'store.db')), hadDatabase)
    const { 'store.db-wal': _, ...left } = printOf(path)
    const { 'store.db-wal': __, ...was } = print
    assert.deepEqual(left, was)
    rmSync(path, { recursive: true, force: true })
  })
}
