/** The rotator of Redis users against a real Redis. */
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { createClient } from '@redis/client'
import { raiseRedis, type TestRedis, withoutRedis } from '../redis.ts'
import { raiseWorkshop, type Value, type Workshop } from './workshop.ts'

const skip = withoutRedis
let workshop: Workshop
let redis: TestRedis
before(async () => {
  if (skip) return
  workshop = await raiseWorkshop()
  redis = await raiseRedis()
})
after(async () => {
  await workshop?.[Symbol.asyncDispose]()
  await redis?.[Symbol.asyncDispose]()
})

/** A user who may read and write keys, and what else is given. */
async function user(username: string, ...rules: string[]): Promise<Value & { password: string }> {
  const password = randomBytes(8).toString('hex')
  await redis.run(['ACL', 'SETUSER', username, 'on', `>${password}`, '~*', '+@keyspace', ...rules])
  const { host, port } = redis.admin
  return { host, port, username, password }
}

/** PONG of whoever the secret is about; the refusal's first word. */
async function ask(value: Record<string, unknown>): Promise<string> {
  const { host = '', port, username = '', password = '' } = value as Record<string, string>
  const socket = { host, port: Number(port), reconnectStrategy: false as const }
  const client = createClient({ username, password, socket })
  client.on('error', () => {})
  try {
    await client.connect()
    client.destroy()
    return 'in'
  } catch (thrown) {
    return (thrown as Error).message.split(' ')[0] ?? ''
  }
}

test('the new password and the one before count, no older one', { skip }, async () => {
  const value = await user('app', '+acl|getuser', '+acl|setuser', '+acl|save')
  const attached = await workshop.attach({ using: 'redis', value })
  await attached.rotate()
  const first = await attached.json()
  assert.deepEqual([await ask(value), await ask(first)], ['in', 'in'])
  await attached.rotate()
  const second = await attached.json()
  assert.deepEqual(
    [await ask(value), await ask(first), await ask(second)],
    ['WRONGPASS', 'in', 'in'],
  )
  assert.deepEqual(attached.failures, [])
})

test('it is kept on the disk, as hashes', { skip }, async () => {
  const value = await user('kept', '+acl|getuser', '+acl|setuser', '+acl|save')
  const attached = await workshop.attach({ using: 'redis', value })
  await attached.rotate()
  const { password = '' } = await attached.json()
  assert.ok(redis.users().includes(createHash('sha256').update(password).digest('hex')))
  assert.ok(!redis.users().includes(password))
  assert.ok(!workshop.lines.join('\n').includes(password))
})

test('an administrator sets it for a user who may not, if the log-in is held', {
  skip,
}, async () => {
  const masterarn = await workshop.secret({ ...redis.admin })
  const value = { ...(await user('plain')), masterarn }
  const attached = await workshop.attach({ using: 'redis', value })
  await attached.rotate()
  assert.equal(await ask(await attached.json()), 'in')
  const guessed = await workshop.attach({
    using: 'redis',
    value: { ...value, password: 'guessed' },
  })
  await guessed.begin()
  assert.equal(
    await guessed.failed(1),
    'setSecret: neither the current nor the pending password is taken',
  )
})

test('a failure after setSecret is mended by running it again', { skip }, async () => {
  const value = await user('cut', '+acl|getuser', '+acl|setuser', '+acl|save')
  const attached = await workshop.attach({ using: 'redis', value })
  attached.after = (step) => {
    if (step === 'setSecret' && attached.failures.length === 0) throw new Error('cut')
  }
  await attached.rotate()
  assert.equal(await ask(await attached.json()), 'in')
})
