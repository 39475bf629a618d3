/**
 * The Runtime API, the Extensions API and the least of the Telemetry API, for one environment, on a
 * loopback port of its own. Only the environment's own processes are let in.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createServer as createHttp } from '../lib/http.ts'
import { registrationClosed } from './extensions.ts'
import { bodiesInTurn, eventsIn, header, meter, type ReadBody } from './intake.ts'
import type { Session } from './session.ts'
import type { Refused, Work } from './work.ts'

export interface RuntimeApi {
  /** `127.0.0.1:PORT`, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string
  close(): void
}

export interface ApiOptions {
  /** Whether this connection comes from inside the environment. */
  admits(socket: Socket): Promise<boolean>
  readonly payloadBytesMax: number
  readonly connectionsMax: number
  readonly requestsPerSecondMax: number
  /** What an extension is told when it registers. */
  readonly function: {
    readonly functionName: string
    readonly functionVersion: string
    readonly handler: string
    readonly accountId: string
  }
}

export async function openRuntimeApi(session: Session, options: ApiOptions): Promise<RuntimeApi> {
  const admit = meter(options.requestsPerSecondMax)
  const read = bodiesInTurn()
  const http = createHttp((request, response) => {
    if (admit()) void route({ session, options, request, response, read })
    else request.destroy() // no runtime asks so often: it would be our time that it takes
  })
  // A handler may take 15 minutes between two requests on one connection.
  Object.assign(http, { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 })
  const sockets = new Set<Socket>()
  const server = createServer({ pauseOnConnect: true, noDelay: true }, async (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    if (!(await options.admits(socket))) return void socket.destroy()
    http.emit('connection', socket)
    socket.resume()
  })
  server.maxConnections = options.connectionsMax
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

interface Call {
  readonly session: Session
  readonly options: ApiOptions
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly read: ReadBody
}

type Handle = (call: Call, id: string) => void | Promise<void>

const runtime = '/2018-06-01/runtime'
const extension = '/2020-01-01/extension'

const routes: readonly (readonly [method: string, path: RegExp, handle: Handle])[] = [
  ['GET', new RegExp(`^${runtime}/invocation/next$`), next],
  ['POST', new RegExp(`^${runtime}/invocation/([^/]+)/response$`), respond],
  ['POST', new RegExp(`^${runtime}/invocation/([^/]+)/error$`), fail],
  ['POST', new RegExp(`^${runtime}/init/error$`), failInit],
  ['GET', /^\/2018-06-01\/ping$/, ({ response }) => void response.end('pong')],
  ['POST', new RegExp(`^${extension}/register$`), register],
  ['GET', new RegExp(`^${extension}/event/next$`), nextEvent],
  ['POST', new RegExp(`^${extension}/(?:init|exit)/error$`), failExtension],
  ['PUT', /^\/(?:2022-07-01\/telemetry|2020-08-15\/logs)$/, subscribe],
]

async function route(call: Call): Promise<void> {
  const { request, response } = call
  for (const [method, path, handle] of routes) {
    const matched = request.method === method ? path.exec(request.url ?? '') : null
    if (!matched) continue
    try {
      return await handle(call, matched[1] ?? '')
    } catch {
      return void response.destroy() // its body broke off
    }
  }
  send(response, 404, { errorType: 'NotFound', errorMessage: 'Not found' })
}

function next({ session, response }: Call): void {
  const asked = session.next((work) => {
    response.writeHead(200, headersOf(work))
    response.end(work.invocation.payload)
  })
  if (typeof asked === 'function') response.on('close', asked)
  else refuse(response, asked)
}

function headersOf({ invocation, deadlineAt }: Work): Record<string, string> {
  const { clientContext, traceId } = invocation
  return {
    'Content-Type': 'application/json',
    'Content-Length': String(invocation.payload.length),
    'Lambda-Runtime-Aws-Request-Id': invocation.requestId,
    'Lambda-Runtime-Deadline-Ms': String(deadlineAt),
    'Lambda-Runtime-Invoked-Function-Arn': invocation.invokedArn,
    ...(traceId && { 'Lambda-Runtime-Trace-Id': printable(traceId) }),
    ...(clientContext && { 'Lambda-Runtime-Client-Context': printable(clientContext) }),
  }
}

/** JSON text that may stand in a header: the same value in ASCII, on one line. */
const printable = (json: string): string =>
  json
    .replace(/[^\x20-\uffff]/g, ' ')
    .replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

async function respond(
  { session, options, request, response, read }: Call,
  id: string,
): Promise<void> {
  const mode = request.headers['lambda-runtime-function-response-mode']
  if (mode !== undefined && mode !== 'streaming') {
    return send(response, 400, {
      errorType: 'InvalidFunctionResponseMode',
      errorMessage: 'Invalid function response mode',
    })
  }
  const body = await read(request, options.payloadBytesMax)
  if (body === undefined) {
    session.reply(id, { kind: 'too large' })
    return send(response, 413, tooLarge(options))
  }
  // A stream that broke says so behind its body.
  const { 'lambda-runtime-function-error-body': error } = request.trailers
  const reply = error
    ? ({ kind: 'error', body: Buffer.from(error, 'base64') } as const)
    : ({ kind: 'response', body } as const)
  accept(response, session.reply(id, reply))
}

async function fail(
  { session, options, request, response, read }: Call,
  id: string,
): Promise<void> {
  const body = await read(request, options.payloadBytesMax)
  if (body === undefined) return send(response, 413, tooLarge(options))
  accept(response, session.reply(id, { kind: 'error', body }))
}

async function failInit({ session, options, request, response, read }: Call): Promise<void> {
  const body = await read(request, options.payloadBytesMax)
  if (body === undefined) return send(response, 413, tooLarge(options))
  accept(response, session.failInit(body))
}

async function register({ session, options, request, response, read }: Call): Promise<void> {
  const body = await read(request, extensionBodyBytesMax)
  const events = eventsIn(body)
  if (events === undefined) {
    return send(response, 400, {
      errorType: 'InvalidRequestFormat',
      errorMessage: 'Invalid request body',
    })
  }
  if (!session.isStarting) return refuse(response, registrationClosed)
  const id = session.extensions.register(header(request, 'lambda-extension-name'), events)
  if (typeof id !== 'string') return refuse(response, id)
  const { accountId, ...told } = options.function
  const wantsAccount = header(request, 'lambda-extension-accept-feature')?.includes('accountId')
  response.setHeader('Lambda-Extension-Identifier', id)
  send(response, 200, wantsAccount ? { ...told, accountId } : told)
}

const extensionBodyBytesMax = 256 << 10

function nextEvent({ session, request, response }: Call): void {
  const id = header(request, 'lambda-extension-identifier')
  const asked = session.extensions.next(id, (event) => {
    response.setHeader('Lambda-Extension-Event-Identifier', crypto.randomUUID())
    response.setHeader('Content-Type', 'application/json')
    response.end(event)
  })
  if (typeof asked === 'function') response.on('close', asked)
  else refuse(response, asked)
}

async function failExtension({ session, request, response, read }: Call): Promise<void> {
  const body = await read(request, extensionBodyBytesMax)
  const id = header(request, 'lambda-extension-identifier')
  const type = header(request, 'lambda-extension-function-error-type')
  accept(response, session.extensions.fail(id, type, body ?? new Uint8Array()))
}

/** An answer that AWS's interface knows: extensions that are told so carry on without telemetry. */
async function subscribe({ session, request, response, read }: Call): Promise<void> {
  await read(request, extensionBodyBytesMax)
  const unknown = session.extensions.has(header(request, 'lambda-extension-identifier'))
  if (unknown) return refuse(response, unknown)
  send(response, 202, {
    errorType: 'Telemetry.NotSupported',
    errorMessage: 'Telemetry API is not supported',
  })
}

const tooLarge = ({ payloadBytesMax }: ApiOptions) => ({
  errorType: 'RequestEntityTooLarge',
  errorMessage: `Exceeded maximum allowed payload size (${payloadBytesMax} bytes).`,
})

function accept(response: ServerResponse, refused: Refused | undefined): void {
  if (refused) refuse(response, refused)
  else send(response, 202, { status: 'OK' })
}

const refuse = (response: ServerResponse, { status, ...words }: Refused): void =>
  send(response, status, words)

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(text),
  })
  response.end(text)
}
