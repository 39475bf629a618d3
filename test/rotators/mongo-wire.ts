/**
 * The part of a MongoDB server that a log-in and a change of password need: hello, SCRAM-SHA-256, ping,
 * updateUser. It stands in where no mongod can be had, and shows what the driver and the rotator do
 * on the wire, not what a mongod would.
 *
 * https://github.com/mongodb/specifications/blob/master/source/message/OP_MSG.md
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { BSON } from 'mongodb'

type Document = Record<string, unknown>

export interface MongoWire extends AsyncDisposable {
  readonly port: number
  /** The passwords by user. */
  readonly users: Map<string, string>
  /** The names of the commands that have come in, with who sent them. */
  readonly commands: string[]
}

export async function raiseMongoWire(): Promise<MongoWire> {
  const users = new Map<string, string>()
  const commands: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    serve(socket, new Session(users, commands))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    users,
    commands,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const opQuery = 2004
const opReply = 1
const opMsg = 2013

/** Messages in, messages out; the first hello comes in the old form. */
function serve(socket: Socket, session: Session): void {
  let left = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    left = Buffer.concat([left, chunk])
    while (left.length >= 16 && left.length >= left.readInt32LE(0)) {
      const message = left.subarray(0, left.readInt32LE(0))
      left = left.subarray(message.length)
      const isQuery = message.readInt32LE(12) === opQuery
      const body: Buffer = message.subarray(isQuery ? message.indexOf(0, 20) + 9 : 21)
      const answer = BSON.serialize(session.answer(BSON.deserialize(body)))
      const head = isQuery
        ? Buffer.from([8, ...Array(15).fill(0), 1, 0, 0, 0])
        : Buffer.from([0, 0, 0, 0, 0])
      const header = Buffer.alloc(16)
      header.writeInt32LE(16 + head.length + answer.length, 0)
      header.writeInt32LE(message.readInt32LE(4), 8)
      header.writeInt32LE(isQuery ? opReply : opMsg, 12)
      socket.write(Buffer.concat([header, head, answer]))
    }
  })
}

const refused = { ok: 0, code: 18, codeName: 'AuthenticationFailed', errmsg: 'refused' }

/** One connection: who it is, and how far its log-in is. */
class Session {
  readonly #users: Map<string, string>
  readonly #commands: string[]
  #username: string | undefined
  #scram: { username: string; bare: string; first: string; salt: Buffer } | undefined

  constructor(users: Map<string, string>, commands: string[]) {
    this.#users = users
    this.#commands = commands
  }

  answer(command: Document): Document {
    const [name = ''] = Object.keys(command)
    this.#commands.push(`${this.#username ?? 'nobody'}: ${name}`)
    if (name === 'hello' || name === 'ismaster') return hello
    if (name === 'saslStart') return this.#start(textOf(command.payload))
    if (name === 'saslContinue') return this.#continue(textOf(command.payload))
    if (name === 'endSessions') return { ok: 1 }
    if (!this.#username) return { ok: 0, code: 13, codeName: 'Unauthorized', errmsg: 'who?' }
    if (name === 'ping') return { ok: 1 }
    if (name === 'updateUser' && command.updateUser === this.#username) {
      this.#users.set(this.#username, String(command.pwd))
      return { ok: 1 }
    }
    return { ok: 0, code: 59, codeName: 'CommandNotFound', errmsg: name }
  }

  #start(payload: string): Document {
    const bare = payload.replace(/^n,,/, '')
    const { n: username = '', r: nonce = '' } = fieldsOf(bare)
    const salt = randomBytes(16)
    const first = `r=${nonce}${randomBytes(12).toString('base64')},s=${salt.toString('base64')},i=4096`
    this.#scram = { username, bare, first, salt }
    return { ok: 1, conversationId: 1, done: false, payload: bytesOf(first) }
  }

  /** RFC 5802, section 3. */
  #continue(payload: string): Document {
    const { username, bare, first, salt } = this.#scram ?? {
      username: '',
      bare: '',
      first: '',
      salt: '',
    }
    const password = this.#users.get(username)
    if (password === undefined) return refused
    const salted = pbkdf2Sync(password, salt, 4096, 32, 'sha256')
    const clientKey = hmac(salted, 'Client Key')
    const storedKey = createHash('sha256').update(clientKey).digest()
    const signed = `${bare},${first},${payload.replace(/,p=.*$/, '')}`
    const mask = hmac(storedKey, signed)
    const proof = Buffer.from(clientKey.map((byte, at) => byte ^ (mask[at] ?? 0)))
    if (proof.toString('base64') !== fieldsOf(payload).p) return refused
    this.#username = username
    const final = `v=${hmac(hmac(salted, 'Server Key'), signed).toString('base64')}`
    return { ok: 1, conversationId: 1, done: true, payload: bytesOf(final) }
  }
}

const hello = {
  ok: 1,
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  minWireVersion: 0,
  maxWireVersion: 25,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
}

const bytesOf = (text: string) => new BSON.Binary(Buffer.from(text))
const textOf = (value: unknown): string => Buffer.from((value as BSON.Binary).value()).toString()
const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest()

const fieldsOf = (text: string): Record<string, string | undefined> =>
  Object.fromEntries(text.split(',').map((field) => [field[0] ?? '', field.slice(2)]))
