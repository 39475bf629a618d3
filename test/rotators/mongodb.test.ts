/** MongoDB's rotator with the real driver, against what plays a server's part: see mongo-wire.ts. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type MongoWire, raiseMongoWire } from './mongo-wire.ts'
import { raiseWorkshop, type Workshop } from './workshop.ts'

let workshop: Workshop
let mongo: MongoWire
before(async () => {
  workshop = await raiseWorkshop()
  mongo = await raiseMongoWire()
})
after(async () => {
  await workshop[Symbol.asyncDispose]()
  await mongo[Symbol.asyncDispose]()
})

const value = (username: string, password: string) => ({
  engine: 'mongo',
  host: '127.0.0.1',
  port: mongo.port,
  username,
  password,
})

test('the user logs in as itself and changes its own password', async () => {
  mongo.users.set('app', 'first')
  const attached = await workshop.attach({ using: 'mongodb', value: value('app', 'first') })
  await attached.rotate()
  const { password = '' } = await attached.json()
  assert.equal(mongo.users.get('app'), password)
  assert.notEqual(password, 'first')
  assert.deepEqual(
    mongo.commands.filter((each) => each.endsWith('updateUser')),
    ['app: updateUser'],
  )
  assert.ok(!workshop.lines.join('\n').includes(password))
})

test('a failure after setSecret is mended, and the password is set once', async () => {
  mongo.users.set('cut', 'first')
  const attached = await workshop.attach({ using: 'mongodb', value: value('cut', 'first') })
  attached.after = (step) => {
    if (step === 'setSecret' && attached.failures.length === 0) throw new Error('cut')
  }
  await attached.rotate()
  assert.equal(mongo.users.get('cut'), (await attached.json()).password)
  assert.equal(mongo.commands.filter((each) => each === 'cut: updateUser').length, 1)
})

test('a user whom no known password opens is left alone', async () => {
  mongo.users.set('foreign', 'other')
  const attached = await workshop.attach({ using: 'mongodb', value: value('foreign', 'first') })
  await attached.begin()
  assert.equal(
    await attached.failed(1),
    'setSecret: neither the current nor the previous password is taken',
  )
  assert.equal(mongo.users.get('foreign'), 'other')
})
