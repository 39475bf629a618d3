/** Runtimes that a function brings itself: its `bootstrap` speaks the Runtime API by curl. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { after, describe, test } from 'node:test'
import { until } from '../until.ts'
import { deploy, packed, raiseRunners } from './fixture.ts'

const fleet = raiseRunners()
after(() => fleet[Symbol.asyncDispose]())

const hasCurl = spawnSync('curl', ['--version']).status === 0
const own = { runtime: 'provided.al2023', handler: 'any.thing' }

/** Answers each invocation with what `$answer` does to `$event`, of id `$id`. */
const loop = (answer: string): string => `#!/bin/sh
set -eu
api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime
while :; do
  event=$(curl -sS -D /tmp/headers "$api/invocation/next")
  id=$(grep -i '^lambda-runtime-aws-request-id:' /tmp/headers | tr -d '\\r' | cut -d' ' -f2)
  ${answer}
done
`

describe('bootstrap', { skip: !hasCurl && 'curl is not there' }, () => {
  test('answers, and is used again', async () => {
    const answer =
      'count=$((${count:-0} + 1)); curl -sS -d "[$count,$event]" "$api/invocation/$id/response" >&2'
    const deployed = deploy({ bootstrap: loop(answer) }, own)
    assert.deepEqual((await fleet.invoke(deployed, { a: 1 })).value, [1, { a: 1 }])
    assert.deepEqual((await fleet.invoke(deployed, { a: 2 })).value, [2, { a: 2 }])
    assert.ok(fleet.lines.some((line) => line.includes('{"status":"OK"}')))
  })

  test('tells of an error', async () => {
    const body = '{"errorType":"Own.Error","errorMessage":"no"}'
    const deployed = deploy(
      { bootstrap: loop(`curl -sS -d '${body}' "$api/invocation/$id/error"`) },
      own,
    )
    const { value, error } = await fleet.invoke(deployed)
    assert.deepEqual([value, error], [JSON.parse(body), 'Unhandled'])
  })

  test('sees states and ids refused in the words of the interface', async () => {
    const answer = `one=$(curl -sS -d x -w '%{http_code}' "$api/invocation/other/response")
  two=$(curl -sS -w '%{http_code}' "$api/invocation/next")
  three=$(curl -sS -d '{}' -w '%{http_code}' "$api/init/error")
  four=$(curl -sS -d x -H 'Lambda-Runtime-Function-Response-Mode: fast' -w '%{http_code}' "$api/invocation/$id/response")
  five=$(curl -sS "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/ping")
  six=$(curl -sS -w '%{http_code}' "$api/unknown")
  printf '%s\\n' "$one" "$two" "$three" "$four" "$five" "$six" >/tmp/all
  curl -sS --data-binary @/tmp/all "$api/invocation/$id/response"`
    const { value } = await fleet.invoke(deploy({ bootstrap: loop(answer) }, own))
    assert.deepEqual(String(value).split('\n'), [
      '{"errorType":"InvalidRequestID","errorMessage":"Invalid request ID"}400',
      '{"errorType":"InvalidStateTransition","errorMessage":"State transition from working to ready failed for runtime. Error: State transition is not allowed"}403',
      '{"errorType":"InvalidStateTransition","errorMessage":"State transition from working to failed failed for runtime. Error: State transition is not allowed"}403',
      '{"errorType":"InvalidFunctionResponseMode","errorMessage":"Invalid function response mode"}400',
      'pong',
      '{"errorType":"NotFound","errorMessage":"Not found"}404',
      '',
    ])
  })

  test('an answer that is too large is refused, and the caller told', async () => {
    const answer =
      'head -c 6291557 /dev/zero | curl -sS -w "%{http_code}" --data-binary @- "$api/invocation/$id/response" >&2'
    const deployed = deploy({ bootstrap: loop(answer) }, own)
    const { value, error } = await fleet.invoke(deployed)
    assert.deepEqual(value, {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    })
    assert.equal(error, 'Unhandled')
    await fleet.invoke(deployed) // by then the runtime has heard of it, and has gone on
    await until(() => fleet.lines.some((line) => /RequestEntityTooLarge.*413/.test(line)))
  })

  test('the largest answer comes through', async () => {
    const answer =
      'head -c 6291556 /dev/zero | tr "\\\\0" x >/tmp/answer; curl -sS --data-binary @/tmp/answer "$api/invocation/$id/response"'
    const { value, error } = await fleet.invoke(deploy({ bootstrap: loop(answer) }, own))
    assert.deepEqual([String(value).length, error], [6291556, undefined])
  })

  test('may stand in a layer', async () => {
    const layer = packed({ bootstrap: loop('curl -sS -d "$event" "$api/invocation/$id/response"') })
    const over = packed({ 'readme.txt': 'the upper one' })
    const deployed = deploy({ 'data.txt': '' }, { ...own, layers: [layer, over] })
    assert.deepEqual((await fleet.invoke(deployed, { a: 1 })).value, { a: 1 })
  })
})

describe('what does not start', () => {
  const requestId = '11111111-2222-4333-8444-555555555555'

  test('no bootstrap', async () => {
    const { value, error } = await fleet.invoke(deploy({ 'x.txt': '' }, own), {}, { requestId })
    assert.equal(error, 'Unhandled')
    assert.deepEqual(value, {
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: exit status 127`,
    })
  })

  test('a bootstrap that ends as if all were well', async () => {
    const { value } = await fleet.invoke(
      deploy({ bootstrap: '#!/bin/sh\nexit 0' }, own),
      {},
      { requestId },
    )
    assert.deepEqual(value, {
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${requestId} Error: Runtime exited without providing a reason`,
    })
  })

  test('a runtime that is not one', async () => {
    await assert.rejects(fleet.invoke(deploy('', { runtime: 'ruby3.4' })), {
      name: 'CannotRun',
      message: 'The runtime ruby3.4 is not one that is run here.',
    })
  })

  test('code that is not what its hash says', async () => {
    const { code } = packed({ 'index.mjs': '' })
    await assert.rejects(fleet.invoke(deploy('export const handler = 1', { code })), /hash/)
  })
})
