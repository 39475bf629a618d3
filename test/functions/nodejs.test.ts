/** The nodejs runtime: handlers of every form, the context, variables, errors in AWS's shapes. */
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { Deployed } from '../../src/functions/function.ts'
import { deploy, packed, raiseRunners, roleKeys } from './fixture.ts'

const fleet = raiseRunners()
after(() => fleet[Symbol.asyncDispose]())

describe('handlers', () => {
  const answers: readonly (readonly [name: string, deployed: Deployed, value: unknown])[] = [
    [
      'an ES module with top-level await',
      deploy(
        'const early = await Promise.resolve(40); export const handler = async ({ n }) => early + n',
      ),
      42,
    ],
    ['CommonJS', deploy({ 'index.js': 'exports.handler = async ({ n }) => [n]' }), [2]],
    [
      'CommonJS whose exports are computed',
      deploy({
        'index.cjs': "const name = 'hand' + 'ler'; exports[name] = () => Promise.resolve(1)",
      }),
      1,
    ],
    [
      'a callback',
      deploy({
        'index.js': 'exports.handler = (e, c, done) => setTimeout(() => done(null, e.n), 5)',
      }),
      2,
    ],
    [
      'a callback beside which work goes on',
      deploy({
        'index.js':
          'exports.handler = (e, c, done) => { const a = []; setTimeout(() => a.push(1), 20); done(null, a) }',
      }),
      [1],
    ],
    ['nothing returned', deploy('export const handler = () => {}'), null],
    [
      'a promise that nobody keeps',
      deploy('export const handler = () => new Promise(() => {})'),
      null,
    ],
    [
      'a file in a folder, a function in an object',
      deploy(
        { 'lib/app.mjs': 'export const api = { run: async () => "nested" }' },
        { handler: 'lib/app.api.run' },
      ),
      'nested',
    ],
    [
      'a type in package.json',
      deploy({
        'package.json': '{"type":"module"}',
        'index.js': 'export const handler = () => Promise.resolve(7)',
      }),
      7,
    ],
    [
      'a module of its own node_modules',
      deploy({
        'index.mjs': "import { name } from 'part'; export const handler = async () => name",
        'node_modules/part/package.json': '{"main":"main.js"}',
        'node_modules/part/main.js': "exports.name = 'part'",
      }),
      'part',
    ],
    [
      'a response stream',
      deploy(
        "export const handler = awslambda.streamifyResponse(async (e, out) => { out.write('\"a'); out.write('b\"'); out.end() })",
      ),
      'ab',
    ],
  ]
  for (const [name, deployed, value] of answers) {
    test(name, async () => {
      const result = await fleet.invoke(deployed, { n: 2 })
      assert.deepEqual([result.value, result.error], [value, undefined])
    })
  }
})

test('ES modules and CommonJS find what layers hold, then what every function is lent', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-lent-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  chmodSync(folder, 0o755)
  const module = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  module('node_modules/lent/index.js', "exports.name = 'lent'")
  module('node_modules/both/index.js', "exports.name = 'lent'")
  await using lending = raiseRunners({ libraries: folder })
  const layer = packed({ 'nodejs/node_modules/both/index.js': "exports.name = 'layer'" })
  const deployed = deploy(
    `import { createRequire } from 'node:module'
import { name as one } from 'lent'
import { name as two } from 'both'
export const handler = async () => [one, two, createRequire(import.meta.url)('lent').name]`,
    { layers: [layer] },
  )
  assert.deepEqual((await lending.invoke(deployed)).value, ['lent', 'layer', 'lent'])
})

test('the context tells of the function and of the invocation', async () => {
  const deployed = deploy(
    `export const handler = async (event, context) => ({ ...context, remains: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID })`,
    { name: 'told', memoryMegabytes: 192, timeoutSeconds: 30, version: '3' },
  )
  const clientContext = JSON.stringify({ custom: { greeting: 'Grüße' } })
  const { value } = await fleet.invoke(
    deployed,
    {},
    {
      requestId: '5d0f8ff6-2b1c-4d55-9f8c-0f1d2c3b4a59',
      invokedArn: `${deployed.arn}:live`,
      clientContext,
      traceId: 'Root=1-5759e988-bd862e3fe1be46a994272793',
    },
  )
  const { remains, logStreamName, ...context } = value as Record<string, unknown>
  assert.deepEqual(context, {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'told',
    functionVersion: '3',
    invokedFunctionArn: `${deployed.arn}:live`,
    memoryLimitInMB: '192',
    awsRequestId: '5d0f8ff6-2b1c-4d55-9f8c-0f1d2c3b4a59',
    logGroupName: '/aws/lambda/told',
    clientContext: { custom: { greeting: 'Grüße' } },
    trace: 'Root=1-5759e988-bd862e3fe1be46a994272793',
  })
  assert.ok(Number(remains) > 0 && Number(remains) <= 30_000)
  assert.match(String(logStreamName), /^\d{4}\/\d\d\/\d\d\/\[3\][0-9a-f]{32}$/)
})

describe('variables', () => {
  const showing = 'export const handler = async () => process.env'

  test('the platform speaks last, the customer before our own defaults', async () => {
    const deployed = deploy(showing, {
      name: 'varied',
      environment: {
        COLOR: 'it\'s $blue `\n"',
        AWS_REGION: 'elsewhere',
        AWS_ACCESS_KEY_ID: 'AKIAMINE',
        AWS_LAMBDA_RUNTIME_API: '10.0.0.1:1',
        AWS_ENDPOINT_URL_S3: 'https://s3.example',
        SECRETS_MANAGER_ENDPOINT: 'https://secrets.example',
        UID: '5',
      },
    })
    const variables = (await fleet.invoke(deployed)).value as Record<string, string>
    const expected = {
      COLOR: 'it\'s $blue `\n"',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: roleKeys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: roleKeys.secretAccessKey,
      AWS_SESSION_TOKEN: roleKeys.sessionToken,
      AWS_ENDPOINT_URL: 'http://127.0.0.1:7766',
      AWS_ENDPOINT_URL_S3: 'https://s3.example',
      SECRETS_MANAGER_ENDPOINT: 'https://secrets.example',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x',
      AWS_LAMBDA_FUNCTION_NAME: 'varied',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      _HANDLER: 'index.handler',
      TZ: ':UTC',
    }
    const given = Object.keys(expected).map((name) => [name, variables[name]])
    assert.deepEqual(Object.fromEntries(given), expected)
    assert.match(variables.AWS_LAMBDA_RUNTIME_API ?? '', /^127\.0\.0\.1:\d+$/)
  })

  test('nothing of the server is among them', async () => {
    process.env.STRONGROOM_CANARY = 'not for functions'
    const variables = (await fleet.invoke(deploy(showing))).value as Record<string, string>
    assert.equal('STRONGROOM_CANARY' in variables, false)
    assert.equal('HOME' in variables, false)
  })
})

describe('errors', () => {
  const shapes: readonly (readonly [
    name: string,
    code: string,
    shape: object,
    over?: Partial<Deployed>,
  ])[] = [
    [
      'an error keeps its class and message',
      'export const handler = async () => { throw new RangeError("too far") }',
      { errorType: 'RangeError', errorMessage: 'too far' },
    ],
    [
      'something else that is thrown',
      'export const handler = async () => { throw "words" }',
      { errorType: 'string', errorMessage: 'words' },
    ],
    [
      'an answer that is no JSON',
      'export const handler = async () => 5n',
      { errorType: 'Error', errorMessage: 'Unable to stringify response body' },
    ],
    [
      'a rejection that nobody handles',
      'export const handler = async () => { Promise.reject(new Error("late")); await new Promise((go) => setTimeout(go, 500)) }',
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: late' },
    ],
    [
      'an exception that nobody catches',
      'export const handler = async () => { setTimeout(() => { throw new Error("loose") }); await new Promise((go) => setTimeout(go, 500)) }',
      { errorType: 'Error', errorMessage: 'loose' },
    ],
    [
      'a module that fails while it is loaded',
      'throw new TypeError("at the start")',
      { errorType: 'TypeError', errorMessage: 'at the start' },
    ],
    [
      'a module that is not JavaScript',
      'export const handler = (',
      {
        errorType: 'Runtime.UserCodeSyntaxError',
        errorMessage: 'SyntaxError: Unexpected end of input',
      },
    ],
    [
      'a handler that is not exported',
      'export const other = 1',
      {
        errorType: 'Runtime.HandlerNotFound',
        errorMessage: 'index.handler is undefined or not exported',
      },
    ],
    [
      'a handler name without a dot',
      '',
      { errorType: 'Runtime.MalformedHandlerName', errorMessage: 'Bad handler' },
      { handler: 'index' },
    ],
  ]
  for (const [name, code, shape, over] of shapes) {
    test(name, async () => {
      const { value, error } = await fleet.invoke(deploy(code, over))
      const { trace, ...told } = value as { trace: string[] }
      assert.deepEqual([told, error], [shape, 'Unhandled'])
      assert.ok(Array.isArray(trace))
    })
  }

  test('a module that is missing is named', async () => {
    const { value } = await fleet.invoke(deploy("import 'absent'; export const handler = 1"))
    const { errorType, errorMessage } = value as Record<string, string>
    assert.equal(errorType, 'Runtime.ImportModuleError')
    assert.match(errorMessage ?? '', /Cannot find package 'absent'/)
  })

  test('what is loaded twice fails twice: the environment is not used again', async () => {
    const deployed = deploy('throw new Error("at the start")')
    const first = await fleet.invoke(deployed)
    const second = await fleet.invoke(deployed)
    assert.deepEqual([first.error, second.error], ['Unhandled', 'Unhandled'])
    assert.deepEqual(second.value, first.value)
  })
})

describe('the log', () => {
  test("has the platform's lines around the function's", async () => {
    const deployed = deploy(
      'export const handler = async () => { console.log("a\\nb", { c: 1 }); process.stderr.write("raw\\n") }',
    )
    const requestId = '11111111-2222-4333-8444-555555555555'
    const { tail } = await fleet.invoke(deployed, {}, { requestId })
    const [start, log, raw, end, report, rest] = tail.split('\n')
    assert.equal(start, `START RequestId: ${requestId} Version: $LATEST`)
    assert.match(
      log ?? '',
      /^\d{4}-\S+Z\t11111111-2222-4333-8444-555555555555\tINFO\ta\rb \{ c: 1 \}$/,
    )
    assert.equal(raw, 'raw')
    assert.equal(end, `END RequestId: ${requestId}`)
    assert.match(
      report ?? '',
      /^REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t$/,
    )
    assert.equal(rest, '')
  })

  test('the tail is what was written last, 4 KiB of it', async () => {
    const deployed = deploy(
      'export const handler = async () => { for (let i = 0; i < 1000; i++) process.stdout.write(`line ${i}\\n`) }',
    )
    const { tail } = await fleet.invoke(deployed)
    assert.equal(Buffer.byteLength(tail), 4096)
    assert.match(tail, /line 999\nEND RequestId/)
  })

  test('no tail where none is wanted', async () => {
    const { tail } = await fleet.invoke(
      deploy('export const handler = async () => 1'),
      {},
      { wantsTail: false },
    )
    assert.equal(tail, '')
  })
})
