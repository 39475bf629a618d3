/** The checker itself: histories that hold and that do not, and every small one against plain trying. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Call, type Deed, findLie } from './linearizable.ts'

const call = (startAt: number, endAt: number, deed: Deed): Call => ({ startAt, endAt, deed })
const read = (startAt: number, endAt: number, value: string) =>
  call(startAt, endAt, { kind: 'read', value })
const write = (startAt: number, endAt: number, value: string) =>
  call(startAt, endAt, { kind: 'write', value })
const move = (startAt: number, endAt: number, from: string, value: string) =>
  call(startAt, endAt, { kind: 'move', from, value })
const never = Infinity

const holds: Readonly<Record<string, readonly Call[]>> = {
  'nothing happened': [],
  'one after the other': [write(1, 2, 'a'), read(3, 4, 'a'), write(5, 6, 'b'), read(7, 8, 'b')],
  'a read beside a write sees the old': [write(1, 9, 'a'), read(2, 3, '0')],
  'a read beside a write sees the new': [write(1, 9, 'a'), read(2, 3, 'a')],
  'two writes side by side, in either order': [
    write(1, 9, 'a'),
    write(1, 9, 'b'),
    read(10, 11, 'a'),
  ],
  'an unknown write took effect': [write(1, never, 'a'), read(5, 6, 'a')],
  'an unknown write took effect late': [write(1, never, 'a'), read(5, 6, '0'), read(7, 8, 'a')],
  'an unknown write took no effect': [write(1, never, 'a'), read(5, 6, '0'), read(7, 8, '0')],
  'an unknown write came after a later one': [
    ...[write(1, never, 'a'), write(2, 3, 'b'), read(4, 5, 'b'), read(6, 7, 'a')],
  ],
  'a move found what it was to find': [write(1, 2, 'a'), move(3, 4, 'a', 'b'), read(5, 6, 'b')],
  'a move to where it is already': [write(1, 2, 'b'), move(3, 4, 'a', 'b'), read(5, 6, 'b')],
  'two unknown grants, revoked in between': [
    ...[write(1, never, 'on'), write(2, never, 'on'), write(3, 4, 'off')],
    ...[read(5, 6, 'on'), write(7, 8, 'off'), read(9, 10, 'on')],
  ],
  'touching calls count as side by side': [write(1, 2, 'a'), read(2, 3, '0')],
}

const lies: Readonly<Record<string, readonly Call[]>> = {
  'a stale read after an acknowledged write': [write(1, 2, 'a'), read(3, 4, '0')],
  'a lost write': [write(1, 2, 'a'), write(3, 4, 'b'), read(5, 6, 'a')],
  'what nobody wrote': [write(1, 2, 'a'), read(3, 4, 'c')],
  'two readers that saw two orders': [
    ...[write(1, 20, 'a'), write(1, 20, 'b')],
    ...[read(2, 3, 'a'), read(4, 5, 'b'), read(6, 7, 'a')],
  ],
  'an unknown write that took effect before it began': [read(1, 2, 'a'), write(3, never, 'a')],
  'an unknown write that took effect twice': [
    ...[write(1, never, 'a'), read(2, 3, 'a'), write(4, 5, 'b'), read(6, 7, 'a')],
  ],
  'a permission resurrected': [
    ...[
      write(1, 2, 'on'),
      read(3, 4, 'on'),
      write(5, 6, 'off'),
      read(7, 8, 'off'),
      read(9, 10, 'on'),
    ],
  ],
  'two moves from the same': [write(1, 2, 'a'), move(3, 4, 'a', 'b'), move(5, 6, 'a', 'c')],
  'one grant too few for what was seen': [
    ...[write(1, never, 'on'), read(2, 3, 'on'), write(4, 5, 'off'), read(6, 7, 'on')],
  ],
}

for (const [name, history] of Object.entries(holds)) {
  test(`holds: ${name}`, () => assert.equal(findLie(history, '0'), undefined))
}
for (const [name, history] of Object.entries(lies)) {
  test(`does not hold: ${name}`, () => assert.ok(findLie(history, '0')))
}

test('says which call cannot be, and what it could have found', () => {
  const stale = read(3, 4, '0')
  assert.deepEqual(findLie([write(1, 2, 'a'), stale], '0'), { call: stale, states: ['a'] })
})

/** By every order of every choice of the unknown ones. */
function couldBe(history: readonly Call[], state: string): boolean {
  if (history.every(({ endAt }) => endAt === never)) return true
  return history.some((next, index) => {
    const rest = history.filter((_, other) => other !== index)
    if (rest.some(({ endAt }) => endAt < next.startAt)) return false
    const { deed } = next
    if (deed.kind === 'read') return deed.value === state && couldBe(rest, state)
    if (deed.kind === 'move' && ![deed.from, deed.value].includes(state)) return false
    return couldBe(rest, deed.value)
  })
}

const value = fc.constantFrom('0', 'a', 'b')
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ kind: fc.constant('read' as const), value }),
  fc.record({ kind: fc.constant('write' as const), value }),
  fc.record({ kind: fc.constant('move' as const), from: value, value }),
)
const anyCall = fc
  .record({ deed, startAt: fc.nat(8), takes: fc.nat(6), isUnknown: fc.boolean() })
  .map(({ deed, startAt, takes, isUnknown }) =>
    call(startAt, isUnknown && deed.kind !== 'read' ? never : startAt + takes, deed),
  )

test('agrees with plain trying on every small history', () => {
  const outcomes = { holds: 0, lies: 0 }
  fc.assert(
    fc.property(fc.array(anyCall, { maxLength: 6 }), (history) => {
      const could = couldBe(history, '0')
      outcomes[could ? 'holds' : 'lies']++
      assert.equal(findLie(history, '0') === undefined, could)
    }),
    { numRuns: 3000, seed: 11 },
  )
  assert.ok(outcomes.holds > 300 && outcomes.lies > 300, JSON.stringify(outcomes))
})
