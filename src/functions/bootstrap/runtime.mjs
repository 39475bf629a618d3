/**
 * The nodejs runtime: finds the handler, then asks the Runtime API for one invocation after the
 * other. It runs inside the function's environment, as the function's user, and imports nothing of
 * the house.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
import { PassThrough } from 'node:stream'
import { format } from 'node:util'
import { Api, host, port, root } from './api.mjs'
import { loadHandler, named, wirePaths } from './handler.mjs'

const { env } = process
const streams = Symbol('streams')
let requestId = ''

const api = new Api()
const post = (path, body, headers = '') =>
  api.call('POST', path, body, `Content-Type: application/json\r\n${headers}`)

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
  const name = String(errorType).replace(/[^\x21-\x7e]/g, '')
  return post(path, JSON.stringify(shape), `Lambda-Runtime-Function-Error-Type: ${name}\r\n`)
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
    if (handler[streams]) return await answerStream(handler, `${path}/response`, event, context)
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

/** The only kind of answer that is sent in pieces, with what went wrong behind it. */
async function answerStream(handler, path, event, context) {
  const { request } = await import('node:http')
  const sent = request({ host, port, method: 'POST', path: root + path, headers: streamHeaders })
  const answered = new Promise((done, fail) => {
    sent.on('error', fail)
    sent.on('response', (response) => response.resume().on('end', done))
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
    const shape = shapeOf(thrown)
    sent.addTrailers({
      'Lambda-Runtime-Function-Error-Type': String(shape.errorType),
      'Lambda-Runtime-Function-Error-Body': Buffer.from(JSON.stringify(shape)).toString('base64'),
    })
  }
  await drained()
  sent.end()
  await answered
}

const streamHeaders = {
  'Content-Type': 'application/octet-stream',
  'Lambda-Runtime-Function-Response-Mode': 'streaming',
  'Transfer-Encoding': 'chunked',
  Trailer: 'Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body',
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
    const { headers, body } = await api.call('GET', '/invocation/next')
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
