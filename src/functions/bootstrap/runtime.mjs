/**
 * The nodejs runtime: finds the handler, then asks the Runtime API for one invocation after the
 * other. It runs inside the function's environment, as the function's user, and imports nothing of
 * the house.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
import { statSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createRequire, registerHooks } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'

const { env } = process
const [host, port] = env.AWS_LAMBDA_RUNTIME_API.split(':')
const root = '/2018-06-01/runtime'
const agent = new Agent({ keepAlive: true, maxSockets: 2 })
const streams = Symbol('streams')
let requestId = ''

/** Error classes carry the names that AWS's runtime reports. */
const named = (name, message) => Object.assign(new Error(message), { name })

function call(method, path, headers = {}) {
  const sent = request({ host, port, method, path: root + path, headers, agent })
  const answered = new Promise((done, fail) => {
    sent.on('error', fail)
    sent.on('response', (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', fail)
      response.on('end', () => done({ headers: response.headers, body: Buffer.concat(chunks) }))
    })
  })
  return { sent, answered }
}

function post(path, body, headers = {}) {
  const { sent, answered } = call('POST', path, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...headers,
  })
  sent.end(body)
  return answered
}

const isError = (thrown) => Object.prototype.toString.call(thrown) === '[object Error]'

function shapeOf(thrown) {
  if (!isError(thrown) && !(thrown instanceof Error)) {
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] }
  }
  const { name, message, stack } = thrown
  return { errorType: name, errorMessage: message, trace: String(stack ?? '').split('\n') }
}

async function report(path, thrown, title) {
  const shape = shapeOf(thrown)
  const { errorType, errorMessage, trace: stack } = shape
  write('ERROR', `${title}\t${JSON.stringify({ errorType, errorMessage, stack })}`)
  await drained()
  const headers = {
    'lambda-runtime-function-error-type': String(errorType).replace(/[^\x21-\x7e]/g, ''),
  }
  return post(path, JSON.stringify(shape), headers)
}

/** A full pipe is written to later: the answer must not come before what the handler logged. */
const drained = () =>
  Promise.all(
    [process.stdout, process.stderr]
      .filter((output) => output.writableLength > 0)
      .map((output) => new Promise((done) => output.write('', done))),
  )

/** One event for each call: a line break inside would end it. */
function write(level, text) {
  const line = `${new Date().toISOString()}\t${requestId || 'undefined'}\t${level}\t${text}`
  process.stdout.write(`${line.replaceAll('\n', '\r')}\n`)
}

function wireConsole() {
  const levels = {
    log: 'INFO',
    info: 'INFO',
    debug: 'DEBUG',
    warn: 'WARN',
    error: 'ERROR',
    trace: 'TRACE',
  }
  for (const [name, level] of Object.entries(levels)) {
    console[name] = (...parts) => write(level, format(...parts))
  }
}

/** ES modules are looked for along NODE_PATH too, as AWS's runtime does and Node does not. */
function wirePaths() {
  const parents = (env.NODE_PATH ?? '')
    .split(':')
    .filter((path) => path.endsWith('/node_modules'))
    .map((path) => pathToFileURL(join(dirname(path), 'index.js')).href)
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context)
      } catch (thrown) {
        const isBare = !/^(?:\.|\/|#|[a-z]+:)/.test(specifier)
        if (!isBare || thrown?.code !== 'ERR_MODULE_NOT_FOUND') throw thrown
        for (const parentURL of parents) {
          try {
            return next(specifier, { ...context, parentURL })
          } catch {} // not there either
        }
        throw thrown
      }
    },
  })
}

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

const findFile = (path) => ['', '.js', '.mjs', '.cjs'].map((end) => path + end).find(isFile)

async function loadModule(folder, name) {
  const file = findFile(resolve(env.LAMBDA_TASK_ROOT, folder, name))
  try {
    if (file) return await import(pathToFileURL(file).href)
    const require = createRequire(join(env.LAMBDA_TASK_ROOT, 'index.js'))
    return await import(pathToFileURL(require.resolve(join(folder, name))).href)
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', String(thrown))
    const missing = ['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(thrown?.code)
    if (missing) throw named('Runtime.ImportModuleError', String(thrown))
    throw thrown
  }
}

async function loadHandler(text) {
  const [, name, path] = /^([^.]*)\.(.+)$/.exec(basename(text)) ?? []
  if (!name || text.includes('..')) throw named('Runtime.MalformedHandlerName', 'Bad handler')
  const module = await loadModule(dirname(text), name)
  const walk = (from) => path.split('.').reduce((at, key) => at?.[key], from)
  // What a CommonJS module exports by computing is found under its default export only.
  const handler = walk(module) ?? walk(module.default)
  if (typeof handler === 'function') return handler
  const words = handler === undefined ? 'undefined or not exported' : 'not a function'
  throw named('Runtime.HandlerNotFound', `${text} is ${words}`)
}

function contextOf(headers) {
  const parse = (text) => (text === undefined ? undefined : JSON.parse(text))
  const deadline = Number(headers['lambda-runtime-deadline-ms'])
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parse(headers['lambda-runtime-client-context']),
    identity: parse(headers['lambda-runtime-cognito-identity']),
    getRemainingTimeInMillis: () => deadline - Date.now(),
  }
}

/** What the handler gives: by its promise, by its callback, or nothing once nothing is left to do. */
function run(handler, event, context) {
  return new Promise((done, fail) => {
    const settle = (error, result) => (error ? fail(error) : done(result))
    const onEmpty = () => done(undefined)
    const finish = (error, result) => {
      if (!context.callbackWaitsForEmptyEventLoop) return settle(error, result)
      process.removeAllListeners('beforeExit')
      process.once('beforeExit', () => settle(error, result))
    }
    Object.assign(context, {
      done: finish,
      succeed: (result) => settle(undefined, result),
      fail: (error) => settle(error ?? 'handled'),
    })
    process.removeAllListeners('beforeExit')
    process.once('beforeExit', onEmpty)
    const given = handler(event, context, finish)
    if (typeof given?.then === 'function') given.then(done, fail)
  })
}

async function answer(handler, id, event, context) {
  const path = `/invocation/${id}`
  try {
    if (handler[streams]) return await answerStream(handler, path, event, context)
    const result = await run(handler, event, context)
    const body = printResult(result)
    await drained()
    await post(`${path}/response`, body)
  } catch (thrown) {
    await report(`${path}/error`, thrown, 'Invoke Error ')
  }
}

function printResult(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null'
  } catch {
    throw new Error('Unable to stringify response body')
  }
}

async function answerStream(handler, path, event, context) {
  const { sent, answered } = call('POST', `${path}/response`, {
    'content-type': 'application/octet-stream',
    'lambda-runtime-function-response-mode': 'streaming',
    'transfer-encoding': 'chunked',
    trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
  })
  const stream = new PassThrough()
  stream.setContentType = () => {}
  stream.pipe(sent, { end: false })
  const ended = new Promise((done) => stream.once('end', done))
  try {
    await handler(event, stream, context)
    stream.end()
    await ended
  } catch (thrown) {
    const body = Buffer.from(JSON.stringify(shapeOf(thrown))).toString('base64')
    const type = String(shapeOf(thrown).errorType)
    sent.addTrailers({
      'Lambda-Runtime-Function-Error-Type': type,
      'Lambda-Runtime-Function-Error-Body': body,
    })
  }
  await drained()
  sent.end()
  await answered
}

/** What nobody caught ends the environment, with the exit codes of AWS's runtime. */
function wireCrashes() {
  const crash = (title, exitCode, shape) => async (thrown) => {
    const path = requestId ? `/invocation/${requestId}/error` : '/init/error'
    await report(path, shape(thrown), title).catch(() => {})
    process.exit(exitCode)
  }
  process.on(
    'uncaughtException',
    crash('Uncaught Exception ', 129, (thrown) => thrown),
  )
  process.on(
    'unhandledRejection',
    crash('Unhandled Promise Rejection ', 128, (reason) => {
      const error = named('Runtime.UnhandledPromiseRejection', String(reason))
      return isError(reason) ? Object.assign(error, { stack: reason.stack }) : error
    }),
  )
}

async function serve(handler) {
  for (;;) {
    const { sent, answered } = call('GET', '/invocation/next')
    sent.end()
    const { headers, body } = await answered
    requestId = headers['lambda-runtime-aws-request-id']
    const trace = headers['lambda-runtime-trace-id']
    if (trace) env._X_AMZN_TRACE_ID = trace
    else delete env._X_AMZN_TRACE_ID
    await answer(handler, requestId, JSON.parse(body.toString()), contextOf(headers))
    requestId = ''
  }
}

globalThis.awslambda = {
  streamifyResponse: (handler) => Object.assign(handler, { [streams]: true }),
}
wireConsole()
wireCrashes()
wirePaths()
let handler
try {
  handler = await loadHandler(env._HANDLER)
} catch (thrown) {
  await report('/init/error', thrown, 'Uncaught Exception ').catch(() => {})
  process.exit(1)
}
// The long poll keeps the process; that it ends means that the server is gone.
serve(handler).catch(() => process.exit(1))
