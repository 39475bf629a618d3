/** The python runtime on this machine's python3: handlers, the context, errors in AWS's shapes. */
import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import type { Deployed } from '../../src/functions/function.ts'
import { deploy, deployPython, raiseRunners } from './fixture.ts'

const fleet = raiseRunners()
after(() => fleet[Symbol.asyncDispose]())

test('a module in a folder, by a path with slashes', async () => {
  const files = {
    'pack/__init__.py': '',
    'pack/app.py': 'def run(event, context):\n  return {"n": event["n"] + 1}\n',
  }
  const deployed = deploy(files, { runtime: 'python3.11', handler: 'pack/app.run' })
  const { value, error } = await fleet.invoke(deployed, { n: 1 })
  assert.deepEqual([value, error], [{ n: 2 }, undefined])
})

test('a module beside, text beyond ASCII, nothing returned', async () => {
  const files = {
    'app.py': 'import beside\ndef handler(e, c):\n  return beside.words if e else None\n',
    'beside.py': 'words = "Grüße 🔑"\n',
  }
  const deployed = deploy(files, { runtime: 'python3.12', handler: 'app.handler' })
  assert.equal((await fleet.invoke(deployed, { n: 1 })).value, 'Grüße 🔑')
  assert.equal((await fleet.invoke(deployed, {})).value, null)
})

test('the context tells of the function and of the invocation', async () => {
  const deployed = deployPython(
    `import os
def handler(event, c):
  return [c.aws_request_id, c.function_name, c.function_version, c.invoked_function_arn, c.memory_limit_in_mb,
    c.log_group_name, c.client_context.custom, c.identity.cognito_identity_id, 0 < c.get_remaining_time_in_millis() <= 30000,
    os.environ["_X_AMZN_TRACE_ID"], os.environ["AWS_EXECUTION_ENV"], os.environ["SECRETS_MANAGER_ENDPOINT"]]
`,
    { name: 'told', timeoutSeconds: 30 },
  )
  const requestId = '5d0f8ff6-2b1c-4d55-9f8c-0f1d2c3b4a59'
  const clientContext = '{"custom":{"a":1}}'
  const { value } = await fleet.invoke(
    deployed,
    {},
    { requestId, clientContext, traceId: 'Root=1-2-3' },
  )
  assert.deepEqual(value, [
    requestId,
    'told',
    '$LATEST',
    deployed.arn,
    '256',
    '/aws/lambda/told',
    { a: 1 },
    null,
    true,
    'Root=1-2-3',
    'AWS_Lambda_python3.12',
    'http://127.0.0.1:7766',
  ])
})

test('loggers write to the log as on AWS, print does too', async () => {
  const deployed = deployPython(
    'import logging\nlogger = logging.getLogger()\nlogger.setLevel(logging.INFO)\ndef handler(e, c):\n  logger.info("stored\\nit")\n  logger.debug("no")\n  print("printed")\n',
  )
  const requestId = '11111111-2222-4333-8444-555555555555'
  const { tail } = await fleet.invoke(deployed, {}, { requestId })
  const [, logged, printed, end] = tail.split('\n')
  assert.match(
    logged ?? '',
    /^\[INFO\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t11111111-2222-4333-8444-555555555555\tstored\rit$/,
  )
  assert.equal(printed, 'printed')
  assert.equal(end, `END RequestId: ${requestId}`)
})

describe('errors', () => {
  const requestId = '99999999-2222-4333-8444-555555555555'

  test('an exception keeps its class, its message and its lines', async () => {
    const deployed = deployPython('def handler(e, c):\n  raise ValueError("not so")\n')
    const { value, error, tail } = await fleet.invoke(deployed, {}, { requestId })
    const { stackTrace, ...told } = value as { stackTrace: string[] }
    assert.deepEqual(
      [told, error],
      [{ errorMessage: 'not so', errorType: 'ValueError', requestId }, 'Unhandled'],
    )
    assert.equal(stackTrace.length, 1)
    assert.match(
      stackTrace[0] ?? '',
      /^ {2}File "\S+\/app\.py", line 2, in handler\n {4}raise ValueError\("not so"\)\n/,
    )
    assert.match(tail, /\[ERROR\] ValueError: not so\rTraceback \(most recent call last\):/)
  })

  const troubles: readonly (readonly [
    name: string,
    deployed: Deployed,
    errorType: string,
    errorMessage: RegExp,
  ])[] = [
    [
      'a module that is missing',
      deployPython('import absent'),
      'Runtime.ImportModuleError',
      /^Unable to import module 'app': No module named 'absent'$/,
    ],
    [
      'a handler that is missing',
      deployPython('x = 1'),
      'Runtime.HandlerNotFound',
      /^Handler 'handler' missing on module 'app'$/,
    ],
    [
      'a name without a dot',
      deployPython('', { handler: 'app' }),
      'Runtime.MalformedHandlerName',
      /^Bad handler 'app': not enough values to unpack \(expected 2, got 1\)$/,
    ],
    [
      'what is not Python',
      deployPython('def ('),
      'Runtime.UserCodeSyntaxError',
      /^Syntax error in module 'app': invalid syntax \(app\.py, line 1\)$/,
    ],
    [
      'an answer that is no JSON',
      deployPython('def handler(e, c):\n  return {1, 2}\n'),
      'Runtime.MarshalError',
      /^Unable to marshal response: Object of type set is not JSON serializable$/,
    ],
    [
      'a module that fails while it is loaded',
      deployPython('1 / 0'),
      'ZeroDivisionError',
      /^division by zero$/,
    ],
  ]
  for (const [name, deployed, errorType, errorMessage] of troubles) {
    test(name, async () => {
      const { value, error } = await fleet.invoke(deployed, {}, { requestId })
      const told = value as Record<string, string>
      assert.deepEqual([told.errorType, told.requestId, error], [errorType, requestId, 'Unhandled'])
      assert.match(told.errorMessage ?? '', errorMessage)
    })
  }

  test('sys.exit ends the environment, and the next invocation has a new one', async () => {
    const deployed = deployPython(
      'import sys\ndef handler(e, c):\n  if e.get("go"): sys.exit(3)\n  return "well"\n',
    )
    const { value } = await fleet.invoke(deployed, { go: true }, { requestId })
    assert.deepEqual(value, {
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: exit status 3`,
    })
    assert.equal((await fleet.invoke(deployed)).value, 'well')
  })
})
