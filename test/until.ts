/**
 * Waiting for what a test asserts. The test goes on as soon as that holds, so that a slow machine only
 * makes it slower; the bound is for what never comes, and is told with what was waited for.
 */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect, isDeepStrictEqual } from 'node:util'

/** Much longer than anything here takes on a machine that does twenty other things. */
const patienceMs = 240_000

/** Ever longer: many a look is a request, and stands in the audit that the test reads next. */
const pauseMs = (begunAt: number): number => Math.min(250, 10 + (performance.now() - begunAt) / 20)

/**
 * Looks until what is seen is true, and gives that.
 * @example await until(async () => (await letters()).length > 0)
 */
export async function until<T>(look: () => T | Promise<T>): Promise<Exclude<T, Falsy>> {
  const begunAt = performance.now()
  for (;;) {
    const seen = await look()
    if (seen) return seen as Exclude<T, Falsy>
    const words = () => `it did not come about: ${look}, but ${inspect(seen)}`
    if (performance.now() > begunAt + patienceMs) assert.fail(words())
    await sleep(pauseMs(begunAt))
  }
}

type Falsy = false | 0 | '' | null | undefined

/**
 * Looks until what is seen equals what is expected.
 * @example await untilEqual(names, ['a', 'b'])
 */
export async function untilEqual<T>(look: () => T | Promise<T>, expected: T): Promise<void> {
  const begunAt = performance.now()
  let seen = await look()
  while (!isDeepStrictEqual(seen, expected) && performance.now() < begunAt + patienceMs) {
    await sleep(pauseMs(begunAt))
    seen = await look()
  }
  assert.deepEqual(seen, expected)
}

/**
 * Listens on loopback at the port of a server that was there before. Meanwhile any outgoing connection of
 * this machine may have been given it: its end is waited for.
 */
export const listenAgain = (server: Server, port: number): Promise<true> =>
  until(async () => {
    server.listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
      return true
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'EADDRINUSE') return false
      throw thrown
    }
  })
