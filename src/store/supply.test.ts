/** Runs that begin anew until everything that they look at is at hand. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { collection } from './collection.ts'
import { bothOf, eachOf, type Found, Supply, supplied, Unsupplied } from './supply.ts'

const things = collection<{ n: number }>('things')

/** A source where every record is its key, and which counts what was loaded at once. */
function source() {
  const loaded: string[] = []
  let coming = 0
  let most = 0
  const load = async (_of: unknown, key: string): Promise<Found> => {
    loaded.push(key)
    most = Math.max(most, ++coming)
    await new Promise((go) => setImmediate(go))
    coming--
    if (key.startsWith('bad')) throw new Error(`cannot read ${key}`)
    return { record: key }
  }
  return { loaded, load, atOnce: () => most }
}

describe('a run', () => {
  test('that finds everything at hand waits for nothing', () => {
    assert.equal(
      supplied(new Supply(), () => 7),
      7,
    )
  })

  test('begins anew with each thing that was missing, and each is loaded once', async () => {
    const { loaded, load } = source()
    const supply = new Supply()
    let runs = 0
    const output = supplied(supply, () => {
      runs++
      return ['a', 'b', 'a'].map((key) => supply.take(things, key, load).record).join()
    })
    assert.ok(output instanceof Promise)
    assert.equal(await output, 'a,b,a')
    assert.deepEqual([runs, loaded], [3, ['a', 'b']])
  })

  test('of each of many misses them all at once', async () => {
    const { load, atOnce } = source()
    const supply = new Supply()
    let runs = 0
    const keys = Array.from({ length: 50 }, (_, n) => `key ${n}`)
    const found = await supplied(supply, () => {
      runs++
      return eachOf(keys, (key) => supply.take(things, key, load).record)
    })
    assert.deepEqual([found, runs, atOnce()], [keys, 2, 50])
  })

  test('of two looks that do not hang on each other misses both at once', async () => {
    const { load, atOnce } = source()
    const supply = new Supply()
    const found = await supplied(supply, () =>
      bothOf(
        () => supply.take(things, 'a', load).record,
        () => supply.take(things, 'b', load).record,
      ),
    )
    assert.deepEqual([found, atOnce()], [['a', 'b'], 2])
  })

  test('that waits in between begins anew as well', async () => {
    const { load } = source()
    const supply = new Supply()
    const output = await supplied(supply, async () => {
      await undefined
      const first = supply.take(things, 'a', load).record
      await undefined
      return [first, supply.take(things, 'b', load).record]
    })
    assert.deepEqual(output, ['a', 'b'])
  })

  test('gets what loading ended in, where it looked', async () => {
    const { load } = source()
    const supply = new Supply()
    const output = await supplied(supply, () => {
      try {
        return supply.take(things, 'bad', load).record
      } catch (thrown) {
        if (thrown instanceof Unsupplied) throw thrown
        return (thrown as Error).message
      }
    })
    assert.equal(output, 'cannot read bad')
  })

  test('whose own failure it is ends with it', async () => {
    const { load } = source()
    const supply = new Supply()
    const failing = () =>
      supplied(supply, () => {
        supply.take(things, 'a', load)
        throw new RangeError('of its own')
      })
    await assert.rejects(async () => failing(), RangeError)
    assert.throws(failing, RangeError)
  })

  test('that looks past its own supply does not look for ever', async () => {
    const { load } = source()
    const run = () => new Supply().take(things, 'a', load)
    await assert.rejects(async () => supplied(new Supply(), run), Unsupplied)
  })

  test('that looks at something else each time does not either', async () => {
    const load = async (_of: unknown, key: string): Promise<Found> => ({ record: key })
    const supply = new Supply()
    let runs = 0
    const endless = () => supply.take(things, `key ${runs++}`, load)
    await assert.rejects(async () => supplied(supply, endless), /something else each time/)
  })

  test('an item that fails by itself ends the others, too', () => {
    assert.throws(
      () =>
        eachOf([1, 2], () => {
          throw new RangeError()
        }),
      RangeError,
    )
  })
})
