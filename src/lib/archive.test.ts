import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type ZipOptions, zipSync } from 'fflate'
import { ArchiveError, listArchive, readEntry, verifyArchive } from './archive.ts'
import { unpack } from './unpack.ts'

const text = (words: string) => new TextEncoder().encode(words)

const zipOf = (files: Record<string, Uint8Array | [Uint8Array, ZipOptions]>) => zipSync(files)

const unixMode = (mode: number): ZipOptions => ({ os: 3, attrs: mode << 16 })

const isUnfit = (thrown: unknown) => thrown instanceof ArchiveError && thrown.kind === 'unfit'
const isLarge = (thrown: unknown) => thrown instanceof ArchiveError && thrown.kind === 'large'

/** The archive with some bytes behind each occurrence of a signature written over. */
function patched(zip: Uint8Array, signature: number, offset: number, write: (at: Buffer) => void) {
  const bytes = Buffer.from(zip)
  for (let at = 0; at + 4 <= bytes.length; at++) {
    if (bytes.readUInt32LE(at) === signature) write(bytes.subarray(at + offset))
  }
  return bytes
}

const local = 0x04034b50
const central = 0x02014b50
const end = 0x06054b50

describe('an archive', () => {
  test('is listed and read', async () => {
    const large = new Uint8Array(600_000).map((_, at) => at % 251)
    const zip = zipOf({
      'index.mjs': text('export const handler = 1'),
      'lib/big.bin': large,
      'lib/stored.txt': [text('as it is'), { level: 0 }],
      bootstrap: [text('#!/bin/sh'), unixMode(0o100755)],
      'empty/': new Uint8Array(),
    })
    const entries = listArchive(zip)
    assert.deepEqual(
      entries.map(({ path, isFolder, isExecutable }) => [path, isFolder, isExecutable]),
      [
        ['index.mjs', false, false],
        ['lib/big.bin', false, false],
        ['lib/stored.txt', false, false],
        ['bootstrap', false, true],
        ['empty', true, false],
      ],
    )
    const pieces: Uint8Array[] = []
    const big = entries.find(({ path }) => path === 'lib/big.bin')
    assert.ok(big)
    for await (const piece of readEntry(zip, big)) pieces.push(piece)
    assert.deepEqual(Buffer.concat(pieces), Buffer.from(large))
  })

  test('any that fflate makes is read as it was', async () => {
    const name = fc.stringMatching(/^[a-z]{1,5}(?:\/[a-z]{1,5}){0,2}\.js$/)
    const content = fc.uint8Array({ maxLength: 2000 })
    const made = fc.uniqueArray(fc.tuple(name, content), {
      selector: ([path]) => path,
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(made, async (files) => {
        const zip = zipOf(Object.fromEntries(files))
        for (const entry of listArchive(zip)) {
          const pieces: Uint8Array[] = []
          for await (const piece of readEntry(zip, entry)) pieces.push(piece)
          const given = files.find(([path]) => path === entry.path)?.[1]
          assert.deepEqual(Buffer.concat(pieces), Buffer.from(given ?? []))
        }
      }),
      { numRuns: 100 },
    )
  })

  test('with any byte changed is read as it was or refused, never by another error', async () => {
    const files = { 'a.js': text('first'.repeat(20)), 'b/c.js': text('second') }
    const zip = zipOf(files)
    const edit = fc.record({ at: fc.nat(zip.length - 1), to: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
        const bytes = Buffer.from(zip)
        for (const { at, to } of edits) bytes[at] = to
        try {
          await verifyArchive(bytes)
        } catch (thrown) {
          assert.ok(thrown instanceof ArchiveError, String(thrown))
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('of any bytes is refused by its own error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        await assert.rejects(verifyArchive(bytes), ArchiveError)
      }),
      { numRuns: 300 },
    )
  })
})

describe('an archive is refused', () => {
  const names = [
    '../out',
    'a/../../out',
    '/etc/passwd',
    'a//b',
    'a/./b',
    'a\\..\\b',
    'a\0b',
    'a\nb',
    '..',
    './',
    'x'.repeat(256),
    `${'d/'.repeat(600)}f`,
  ]
  for (const name of names) {
    test(`for the name ${JSON.stringify(name.slice(0, 20))}`, () => {
      assert.throws(() => listArchive(zipOf({ [name]: text('x') })), isUnfit)
    })
  }

  const kinds: Readonly<Record<string, number>> = {
    'a symbolic link': 0o120777,
    'a character device': 0o020666,
    'a block device': 0o060660,
    'a pipe': 0o010644,
    'a socket': 0o140755,
    'a folder called a file': 0o040755,
  }
  for (const [kind, mode] of Object.entries(kinds)) {
    test(`for ${kind}`, () => {
      assert.throws(() => listArchive(zipOf({ f: [text('/etc'), unixMode(mode)] })), isUnfit)
    })
  }

  test('for a name twice', () => {
    const zip = zipOf({ aa: text('1'), ab: text('2') })
    const twice = Buffer.from(Buffer.from(zip).toString('latin1').replaceAll('ab', 'aa'), 'latin1')
    assert.throws(() => listArchive(twice), isUnfit)
    assert.throws(() => listArchive(zipOf({ './a': text('1'), a: text('2') })), isUnfit)
  })

  test('for a file where a folder must be', () => {
    assert.throws(() => listArchive(zipOf({ a: text('1'), 'a/b/c': text('2') })), isUnfit)
  })

  test('for encryption', () => {
    for (const [signature, offset] of [
      [central, 8],
      [local, 6],
    ] as const) {
      const zip = patched(zipOf({ a: text('1') }), signature, offset, (at) => {
        at[0] = 1
      })
      assert.throws(() => listArchive(zip), isUnfit)
    }
  })

  test('for a method that we do not know', () => {
    const zip = patched(zipOf({ a: text('1') }), central, 10, (at) => at.writeUInt16LE(14))
    assert.throws(() => listArchive(zip), isUnfit)
  })

  test('for a local header that says another name than the directory', () => {
    const zip = patched(zipOf({ a: text('1') }), local, 30, (at) => at.write('b'))
    assert.throws(() => listArchive(zip), isUnfit)
  })

  test('for entries that share their data', () => {
    const hidden = zipOf({ b: [text('x'.repeat(9)), { level: 0 }] }).subarray(0, 40)
    const zip = zipOf({ a: [hidden, { level: 0 }], b: [text('x'.repeat(9)), { level: 0 }] })
    const localBytes = 31
    const overlapping = Buffer.from(zip)
    overlapping.writeUInt32LE(localBytes, overlapping.lastIndexOf('PK\x01\x02') + 42)
    assert.throws(() => listArchive(overlapping), /overlap/)
  })

  test('for more content than declared, as soon as it comes', async () => {
    const zip = zipOf({ a: new Uint8Array(5_000_000) })
    const false10 = patched(zip, central, 24, (at) => at.writeUInt32LE(10))
    await assert.rejects(verifyArchive(false10), isUnfit)
    const false1m = patched(zip, central, 24, (at) => at.writeUInt32LE(1_000_000))
    await assert.rejects(verifyArchive(false1m), isUnfit)
  })

  test('for less content than declared', async () => {
    const zip = patched(zipOf({ a: text('aaaa'.repeat(20)) }), central, 24, (at) =>
      at.writeUInt32LE(81),
    )
    await assert.rejects(verifyArchive(zip), isUnfit)
  })

  test('for another content than its checksum says', async () => {
    const zip = patched(zipOf({ a: [text('stored'), { level: 0 }] }), local, 31, (at) =>
      at.write('changed'.slice(0, 6)),
    )
    await assert.rejects(verifyArchive(zip), isUnfit)
  })

  test('for more than deflating can give', () => {
    const zip = patched(zipOf({ a: text('aaaa'.repeat(20)) }), central, 24, (at) =>
      at.writeUInt32LE(200_000_000),
    )
    assert.throws(() => listArchive(zip), isUnfit)
  })

  test('for being too large unzipped, by what is declared', () => {
    const zip = zipOf({ a: new Uint8Array(3_000_000), b: new Uint8Array(3_000_000) })
    const limits = { unzippedBytesMax: 5_000_000, entriesMax: 10 }
    assert.throws(() => listArchive(zip, limits), isLarge)
  })

  test('for too many entries', () => {
    const files = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`f${at}`, text('')]))
    assert.throws(
      () => listArchive(zipOf(files), { unzippedBytesMax: 1e6, entriesMax: 10 }),
      isLarge,
    )
  })

  test('for a count that the directory does not hold', () => {
    const zip = patched(zipOf({ a: text('1') }), end, 8, (at) => {
      at.writeUInt16LE(2, 0)
      at.writeUInt16LE(2, 2)
    })
    assert.throws(() => listArchive(zip), isUnfit)
  })

  test('for bytes in front of or behind it that hide another archive', () => {
    const zip = zipOf({ a: text('1') })
    assert.throws(() => listArchive(Buffer.concat([zip, text('x')])), isUnfit)
    assert.throws(() => listArchive(Buffer.concat([text('x'), zip])), isUnfit)
  })
})

describe('unpacking', () => {
  test('gives the files, read-only, and nothing beside the folder', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'strongroom-unpack-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    const zip = zipOf({
      'a/b/c.txt': text('deep'),
      bootstrap: [text('#!/bin/sh'), unixMode(0o100755)],
      'empty/': new Uint8Array(),
    })
    await unpack(zip, folder)
    assert.deepEqual(readdirSync(folder).sort(), ['a', 'bootstrap', 'empty'])
    assert.equal(readFileSync(join(folder, 'a/b/c.txt'), 'utf8'), 'deep')
    assert.equal(statSync(join(folder, 'bootstrap')).mode & 0o222, 0)
    assert.notEqual(statSync(join(folder, 'bootstrap')).mode & 0o100, 0)
  })

  test('writes over nothing', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'strongroom-unpack-'))
    t.after(() => rmSync(folder, { recursive: true, force: true }))
    await unpack(zipOf({ a: text('first') }), folder)
    await assert.rejects(unpack(zipOf({ a: text('second') }), folder), { code: 'EEXIST' })
    assert.equal(readFileSync(join(folder, 'a'), 'utf8'), 'first')
  })
})
