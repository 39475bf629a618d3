/**
 * How near the limit a read can come at all: every step that a durable, signed, decided and encrypted read
 * needs, each done once and in the barest way, with no house around it. Nobody should serve this: it knows
 * one protocol, one operation, policies of one form, and refuses in one word. argv: FILE, JSON of a Setting
 *
 * A signature over the raw bytes; two decisions; one AES-GCM box opened; two records of the usual length, which
 * a thread seals, chains and commits by node:sqlite, synced, before the answer leaves.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  type KeyObject,
  randomBytes,
  randomUUID,
  timingSafeEqual,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import { amzDate } from '../../src/lib/clock.ts'
import { deriveSigningKey } from '../../src/sigv4/key.ts'
import { nameOf } from './served.ts'
import { near } from './stage.ts'
import { region } from './wire.ts'

export interface Setting {
  readonly databasePath: string
  readonly users: readonly { readonly accessKeyId: string; readonly secretAccessKey: string }[]
  readonly secrets: number
}

interface Secret {
  readonly arn: string
  readonly key: KeyObject
  readonly nonce: Buffer
  readonly box: Buffer
  readonly tag: Buffer
}

const { databasePath, users, secrets }: Setting = JSON.parse(
  readFileSync(process.argv[2] ?? '', 'utf8'),
)
const account = '000000000000'
const versionId = randomUUID()
const actions = new Set(['secretsmanager:GetSecretValue', 'kms:Decrypt'])
const known = new Map(
  users.map(({ accessKeyId, secretAccessKey }) => [
    accessKeyId,
    { secretAccessKey, keys: new Map<string, KeyObject>() },
  ]),
)
const shelf = new Map(Array.from({ length: secrets }, (_, n) => [nameOf(n), sealed(n)]))

function sealed(n: number): Secret {
  const [key, nonce] = [createSecretKey(randomBytes(32)), randomBytes(12)]
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const plain = JSON.stringify({ username: 'app', password: `not-a-secret-${n}` })
  const box = Buffer.concat([cipher.update(plain), cipher.final()])
  const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${nameOf(n)}-abcdef`
  return { arn, key, nonce, box, tag: cipher.getAuthTag() }
}

const form =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(\w{64})$/

/** The access key whose secret signed this. */
function signerOf({ headers, method, url }: IncomingMessage, body: Buffer): string | undefined {
  const [, id = '', day = '', where = '', service = '', names = '', signature = ''] =
    form.exec(headers.authorization ?? '') ?? []
  const user = known.get(id)
  const date = String(headers['x-amz-date'])
  if (!user || date.slice(0, 8) !== day) return undefined
  if (Math.abs(Date.now() - Date.parse(dated(date))) > 900_000) return undefined
  const scope = `${day}/${where}/${service}/aws4_request`
  const key =
    user.keys.get(scope) ?? deriveSigningKey(user.secretAccessKey, { day, region: where, service })
  user.keys.set(scope, key)
  let lines = ''
  for (const name of names.split(';')) lines += `${name}:${headers[name]}\n`
  const canonical = `${method}\n${url}\n\n${lines}\n${names}\n${hash('sha256', body)}`
  const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash('sha256', canonical)}`
  const made = createHmac('sha256', key).update(text).digest()
  return timingSafeEqual(made, Buffer.from(signature, 'hex')) ? id : undefined
}

const dated = (text: string): string =>
  text.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5')

function opened({ key, nonce, box, tag }: Secret): string {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
  decipher.setAuthTag(tag)
  return decipher.update(box, undefined, 'utf8') + decipher.final('utf8')
}

const filler = 'x'.repeat(800)

const recordOf = (eventName: string, arn: string, id: string, requestID: string) => ({
  ...{ eventVersion: '1.11', eventID: randomUUID(), requestID, eventName, awsRegion: region },
  ...{ eventTime: amzDate(Date.now()), userIdentity: { accessKeyId: id, accountId: account } },
  ...{ resources: [{ ARN: arn, accountId: account }], recipientAccountId: account, filler },
})

const writer = new Worker(near('spike-writer.ts'), { workerData: databasePath })
let waiting: { readonly records: readonly object[]; readonly leave: () => void }[] = []
let isWriting = false

function commit(records: readonly object[], leave: () => void): void {
  waiting.push({ records, leave })
  if (isWriting) return
  isWriting = true
  setImmediate(write)
}

function write(): void {
  const batch = waiting
  waiting = []
  isWriting = batch.length > 0
  if (!isWriting) return
  const text = new Uint8Array(Buffer.from(JSON.stringify(batch.flatMap(({ records }) => records))))
  writer.once('message', () => {
    for (const { leave } of batch) leave()
    write()
  })
  writer.postMessage(text, [text.buffer])
}

function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const requestId = randomUUID()
  const id = signerOf(request, body)
  const { SecretId } = JSON.parse(body.toString())
  const secret = shelf.get(SecretId)
  const isAllowed = actions.has('secretsmanager:GetSecretValue') && actions.has('kms:Decrypt')
  if (!id || !secret || !isAllowed) return void response.writeHead(403).end()
  const SecretString = opened(secret)
  const told = { ARN: secret.arn, Name: SecretId, VersionId: versionId, SecretString }
  const text = JSON.stringify({ ...told, VersionStages: ['AWSCURRENT'], CreatedDate: 1.5e9 })
  const records = [
    recordOf('GetSecretValue', secret.arn, id, requestId),
    recordOf('Decrypt', secret.arn, id, requestId),
  ]
  commit(records, () => {
    response.writeHead(200, {
      'x-amzn-RequestId': requestId,
      'Content-Type': 'application/x-amz-json-1.1',
      'Content-Length': Buffer.byteLength(text),
    })
    response.end(text)
  })
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => answer(request, response, Buffer.concat(chunks)))
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
process.on('SIGTERM', () => process.exit(0))
