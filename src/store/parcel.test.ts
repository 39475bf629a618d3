/** What goes from one process to another is the same when it comes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Attempted, parcelOf, proposalsIn } from './parcel.ts'

const bytes = (...all: number[]): Uint8Array => new Uint8Array(all)

const attempted: readonly Attempted[] = [
  { at: 0, reads: [], changes: [], counts: [], stamps: [], records: [] },
  {
    at: 7,
    reads: ['a\u001fb', 'a\u001fä'],
    changes: [
      { key: 'a\u001fb', row: bytes(0, 255) },
      { key: 'a\u001fc', row: null },
      { key: 'a\u001fd', row: bytes() },
    ],
    counts: [{ key: 'n', by: -1 }],
    stamps: [{ key: 's', stamp: 20_000 }],
    records: [{ text: '\ud800 "\u2028', ...JSON.parse('{"__proto__": {"a": null}}') }, { n: 1.5 }],
  },
  { at: 8, reads: [], changes: [{ key: 'e', row: bytes(1) }], counts: [], stamps: [], records: [] },
]

test('attempts come as they went', () => {
  assert.deepEqual(proposalsIn(structuredClone(parcelOf(attempted))), attempted)
})

test('a parcel that lost a row is not opened', () => {
  const parcel = parcelOf(attempted)
  assert.throws(() => proposalsIn({ ...parcel, rows: parcel.rows.slice(1) }), /without all/)
})
