/** The cache against a service that the test plays, with a clock and chance that the test sets. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { type Options, type SecretAnswer, type SecretRequest, SecretsCache } from './index.ts'

/** A service whose answers are set, and a world in which time passes only when told. */
function scene(options: Partial<Options> = {}) {
  const events: string[] = []
  const state = { at: 1_000_000, calls: [] as SecretRequest[], waits: [] as number[], version: 1 }
  let answer = async (input: SecretRequest): Promise<SecretAnswer> => ({
    ARN: `arn:${input.SecretId}`,
    Name: input.SecretId,
    VersionId: `v${state.version}`,
    SecretString: JSON.stringify({ password: `hunter${state.version}` }),
    VersionStages: ['AWSCURRENT'],
  })
  const cache = new SecretsCache({
    client: {
      getSecretValue(input) {
        state.calls.push(input)
        return answer(input)
      },
    },
    ttlSeconds: 100,
    jitterRatio: 0,
    refreshAheadRatio: 1,
    staleSecondsMax: 50,
    world: {
      now: () => state.at,
      random: () => 1 - Number.EPSILON,
      async wait(milliseconds) {
        state.waits.push(Math.round(milliseconds))
        state.at += milliseconds
      },
    },
    hooks: {
      onFetch: ({ id, versionId }) => events.push(`fetch ${id} ${versionId}`),
      onRefresh: ({ previousVersionId, versionId }) =>
        events.push(`refresh ${previousVersionId} ${versionId}`),
      onError: ({ error, servesStale }) =>
        events.push(`error ${(error as Error).name} ${servesStale}`),
    },
    ...options,
  })
  const pass = (seconds: number) => {
    state.at += seconds * 1000
  }
  const set = (next: (input: SecretRequest) => Promise<SecretAnswer>) => {
    answer = next
  }
  return {
    cache,
    state,
    events,
    pass,
    set,
    fail: (error: Error) => set(() => Promise.reject(error)),
  }
}

const named = (name: string) => Object.assign(new Error('words of the service'), { name })
const refusal = Object.assign(new Error('password authentication failed'), { code: '28P01' })

describe('time to live', () => {
  test('a secret is fetched once while it is fresh, and again after', async () => {
    const { cache, state, pass } = scene()
    for (let n = 0; n < 3; n++) await cache.getSecret('db')
    assert.equal(state.calls.length, 1)
    pass(99.9)
    await cache.getSecret('db')
    assert.equal(state.calls.length, 1)
    pass(0.1)
    await cache.getSecret('db')
    assert.equal(state.calls.length, 2)
  })

  test('chance shortens it by at most its ratio', async () => {
    const { cache, state, pass } = scene({ jitterRatio: 0.2 })
    await cache.getSecret('db')
    pass(79.9)
    await cache.getSecret('db')
    assert.equal(state.calls.length, 1)
    pass(0.2)
    await cache.getSecret('db')
    assert.equal(state.calls.length, 2)
  })

  test('of nothing: every read asks', async () => {
    const { cache, state } = scene({ ttlSeconds: 0 })
    await cache.getSecret('db')
    await cache.getSecret('db')
    assert.equal(state.calls.length, 2)
  })

  test('ahead of its end the value is served and renewed behind', async () => {
    const { cache, state, pass, events } = scene({ refreshAheadRatio: 0.75 })
    await cache.getSecret('db')
    state.version = 2
    pass(80)
    assert.equal((await cache.getSecret('db')).versionId, 'v1')
    assert.equal((await cache.getSecret('db')).versionId, 'v1')
    await new Promise(setImmediate)
    assert.equal((await cache.getSecret('db')).versionId, 'v2')
    assert.equal(state.calls.length, 2)
    assert.deepEqual(events, ['fetch db v1', 'fetch db v2', 'refresh v1 v2'])
  })

  test('a renewal that fails behind is seen by the hook only', async () => {
    const { cache, fail, pass, events } = scene({ refreshAheadRatio: 0.75 })
    await cache.getSecret('db')
    fail(named('TimeoutError'))
    pass(80)
    assert.equal((await cache.getSecret('db')).versionId, 'v1')
    await new Promise(setImmediate)
    assert.deepEqual(events.slice(1), ['error TimeoutError true'])
  })
})

describe('one flight', () => {
  test('a hundred callers at once make one call', async () => {
    const { cache, state } = scene()
    const all = await Promise.all(Array.from({ length: 100 }, () => cache.getSecret('db')))
    assert.equal(state.calls.length, 1)
    assert.equal(new Set(all).size, 1)
  })

  test('they share its failure too, and the next is left alone for a while', async () => {
    const { cache, state, fail, pass } = scene()
    fail(named('TimeoutError'))
    const all = await Promise.allSettled(Array.from({ length: 10 }, () => cache.getSecret('db')))
    assert.ok(all.every(({ status }) => status === 'rejected'))
    await assert.rejects(cache.getSecret('db'), { name: 'TimeoutError' })
    assert.equal(state.calls.length, 1)
    pass(1)
    await assert.rejects(cache.getSecret('db'), { name: 'TimeoutError' })
    assert.equal(state.calls.length, 2)
  })

  test('what was forgotten during a flight is not kept by it', async () => {
    const { cache, state } = scene()
    const flight = cache.getSecret('db')
    cache.invalidate('db')
    await flight
    await cache.getSecret('db')
    assert.equal(state.calls.length, 2)
  })

  test('a client that hangs is not waited for', async () => {
    const { cache, set } = scene({ fetchSecondsMax: 0.01 })
    set(() => new Promise(() => {}))
    await assert.rejects(cache.getSecret('db'), { name: 'TimeoutError' })
  })
})

describe('which version', () => {
  test('stage, version and neither are asked for as such, and kept apart', async () => {
    const { cache, state } = scene()
    for (let n = 0; n < 2; n++) {
      await cache.getSecret('db')
      await cache.getSecret('db', { stage: 'AWSPREVIOUS' })
      await cache.getSecret('db', { version: 'v0' })
    }
    assert.deepEqual(state.calls, [
      { SecretId: 'db' },
      { SecretId: 'db', VersionStage: 'AWSPREVIOUS' },
      { SecretId: 'db', VersionId: 'v0' },
    ])
  })

  test('the secret that was asked for longest ago makes room', async () => {
    const { cache, state } = scene({ entriesMax: 2 })
    for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) await cache.getSecret(id)
    assert.deepEqual(
      state.calls.map(({ SecretId }) => SecretId),
      ['a', 'b', 'c', 'b'],
    )
    assert.equal(cache.size, 2)
  })

  test('invalidate means one secret in all its versions, or all secrets', async () => {
    const { cache } = scene()
    await Promise.all([
      cache.getSecret('a'),
      cache.getSecret('a', { stage: 'x' }),
      cache.getSecret('b'),
    ])
    cache.invalidate('a')
    assert.equal(cache.size, 1)
    cache.invalidate()
    assert.equal(cache.size, 0)
  })
})

describe('when the service fails', () => {
  test('the last value is served for a bounded time', async () => {
    const { cache, fail, pass, events } = scene()
    await cache.getSecret('db')
    fail(named('TimeoutError'))
    pass(149)
    assert.equal((await cache.getSecret('db')).versionId, 'v1')
    pass(2)
    await assert.rejects(cache.getSecret('db'), { name: 'TimeoutError' })
    assert.deepEqual(events.slice(1), ['error TimeoutError true', 'error TimeoutError false'])
  })

  test('stale reads ask seldom: the waits double', async () => {
    const { cache, state, fail, pass } = scene()
    await cache.getSecret('db')
    fail(named('TimeoutError'))
    pass(100)
    for (let tenths = 0; tenths < 400; tenths++) {
      await cache.getSecret('db')
      pass(0.1)
    }
    assert.equal(state.calls.length, 1 + 7) // at 0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5 seconds
  })

  test('it recovers by itself', async () => {
    const { cache, state, fail, set, pass } = scene()
    await cache.getSecret('db')
    fail(named('TimeoutError'))
    pass(120)
    await cache.getSecret('db')
    set(async () => ({ VersionId: 'v2', SecretString: '{}' }))
    pass(1)
    assert.equal((await cache.getSecret('db')).versionId, 'v2')
    assert.equal(state.calls.length, 3)
  })

  for (const name of ['AccessDeniedException', 'ResourceNotFoundException', 'DecryptionFailure']) {
    test(`${name} is an answer: nothing stale is served after it`, async () => {
      const { cache, fail, pass } = scene()
      await cache.getSecret('db')
      fail(named(name))
      pass(101)
      await assert.rejects(cache.getSecret('db'), { name })
      await assert.rejects(cache.getSecret('db'), { name })
    })
  }

  test('a hook that throws breaks no read', async () => {
    const onFetch = () => {
      throw new Error('hook')
    }
    const { cache } = scene({ hooks: { onFetch } })
    assert.equal((await cache.getSecret('db')).versionId, 'v1')
  })
})

describe('withSecret', () => {
  test('a refused use is tried again at once with a new version', async () => {
    const { cache, state } = scene()
    await cache.getSecret('db')
    state.version = 2
    const used: string[] = []
    const result = await cache.withSecret('db', (secret) => {
      used.push(secret.versionId)
      if (secret.versionId === 'v1') throw refusal
      return 'in'
    })
    assert.deepEqual([result, used, state.waits], ['in', ['v1', 'v2'], []])
  })

  test('while there is no new version it waits longer and longer', async () => {
    const { cache, state } = scene()
    const result = await cache.withSecret('db', (secret) => {
      if (state.waits.length === 3) state.version = 2
      if (secret.versionId === 'v1') throw refusal
      return 'in'
    })
    assert.deepEqual([result, state.waits], ['in', [100, 200, 400]])
  })

  test('a hundred refused callers make one call', async () => {
    const { cache, state } = scene()
    await cache.getSecret('db')
    state.version = 2
    const use = (secret: { versionId: string }) => {
      if (secret.versionId === 'v1') throw refusal
    }
    await Promise.all(Array.from({ length: 100 }, () => cache.withSecret('db', use)))
    assert.equal(state.calls.length, 2)
  })

  test('it gives up with the refusal itself', async () => {
    const { cache, state } = scene({ attemptsMax: 3 })
    let uses = 0
    const use = () => {
      uses++
      throw refusal
    }
    await assert.rejects(cache.withSecret('db', use), refusal)
    assert.deepEqual([uses, state.waits], [3, [100, 200]])
  })

  test('any other error is the caller’s at once', async () => {
    const { cache, state } = scene()
    const own = new Error('unique violation')
    const use = () => Promise.reject(own)
    await assert.rejects(cache.withSecret('db', use), own)
    assert.equal(state.calls.length, 1)
  })

  test('what is a refusal may be said', async () => {
    const { cache, state } = scene({ isRefusal: (error) => error === 'no' })
    await cache.withSecret('db', () => {
      if (state.waits.length === 0) throw 'no'
    })
    assert.equal(state.waits.length, 1)
  })

  const known: readonly (readonly [string, object])[] = [
    ['PostgreSQL', { code: '28P01' }],
    ['MySQL', { code: 'ER_ACCESS_DENIED_ERROR' }],
    ['MongoDB', { codeName: 'AuthenticationFailed', code: 18 }],
    ['Redis', { message: 'WRONGPASS invalid username-password pair or user is disabled.' }],
    ['an HTTP client', { status: 401 }],
  ]
  for (const [who, error] of known) {
    test(`${who}'s refusal is known`, async () => {
      const { cache, state } = scene()
      await cache.withSecret('db', () => {
        if (state.waits.length === 0) throw error
      })
      assert.equal(state.waits.length, 1)
    })
  }
})

describe('JSON', () => {
  test('as it is, through a function, and through a standard schema', async () => {
    const { cache } = scene()
    const validate = (value: unknown) => ({ value: (value as { password: string }).password })
    const schema = { '~standard': { version: 1, vendor: 'test', validate } } as const
    const parse = (value: unknown) => Object.keys(value as object)
    assert.deepEqual(await cache.getJson('db'), { password: 'hunter1' })
    assert.deepEqual(await cache.getJson('db', parse), ['password'])
    const password: string = await cache.getJson('db', schema)
    assert.equal(password, 'hunter1')
  })

  test('refusals quote nothing of the value', async () => {
    const { cache, set } = scene({ ttlSeconds: 0 })
    const issues = [{ message: 'got hunter1', path: ['user', { key: 'password' }] }]
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) },
    } as const
    const parse = (value: unknown) => {
      throw new Error(JSON.stringify(value))
    }
    const refuse = (promise: Promise<unknown>, message: string) =>
      assert.rejects(promise, { name: 'SecretFormatError', message })
    await refuse(cache.getJson('db', schema), 'db does not fit its schema at user.password')
    await refuse(cache.getJson('db', parse), 'db was refused by its parser')
    set(async () => ({ Name: 'db', SecretString: 'hunter1' }))
    await refuse(cache.getJson('db'), 'db is not JSON')
  })
})

describe('a secret', () => {
  test('shows its value to nobody who only prints it', async () => {
    const { cache } = scene()
    const secret = await cache.getSecret('db')
    assert.match(secret.string, /hunter1/)
    const shown = [
      inspect(secret, { showHidden: true, depth: 9 }),
      JSON.stringify(secret),
      JSON.stringify({ ...secret }),
      String(secret),
      inspect(structuredClone(secret)),
    ]
    assert.doesNotMatch(shown.join('\n'), /hunter/)
    assert.match(shown[0] ?? '', /v1/)
  })

  test('of bytes gives copies, and of neither kind the other', async () => {
    const { cache, set } = scene()
    set(async () => ({ Name: 'key', SecretBinary: new Uint8Array([1, 2]) }))
    const secret = await cache.getSecret('key')
    secret.binary.fill(0)
    assert.deepEqual([...secret.binary], [1, 2])
    assert.throws(() => secret.string, { message: 'key holds bytes, not text' })
  })
})

test('settings out of their bounds are refused', () => {
  assert.throws(() => scene({ ttlSeconds: -1 }), {
    message: 'ttlSeconds is a number from 0 to 86400',
  })
  assert.throws(() => scene({ entriesMax: Number.NaN }), RangeError)
})
