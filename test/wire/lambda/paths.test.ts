/** Whoever signs a path signs that path: hostile forms of it, over a socket. */
import assert from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { GetFunctionCommand } from '@aws-sdk/client-lambda'
import { signRequest } from '../../../src/sigv4/sign.ts'
import { callJson, send } from '../../raw.ts'
import { raiseScene, region, type Scene } from './scene.ts'

let scene: Scene
const functions = '/2015-03-31/functions'
before(async () => {
  scene = await raiseScene()
  await scene.make('mine')
  await scene.make('theirs')
})
after(async () => {
  assert.deepEqual(scene.house.complaints, [])
  await scene[Symbol.asyncDispose]()
})

interface Sent {
  readonly method?: string
  /** What is signed. */
  readonly target: string
  /** What is sent in its place. */
  readonly sentTarget?: string
  readonly sentMethod?: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly unsignedHeaders?: Readonly<Record<string, string>>
  readonly body?: string
  readonly service?: string
}

/** Signs one thing and sends another. */
async function exchange(sent: Sent): Promise<{ status: number; errorType: string; body: string }> {
  const { method = 'GET', target, body = '', service = 'lambda' } = sent
  const { url, root } = scene.house
  const { host, hostname, port } = new URL(url)
  const { headers } = signRequest({
    ...{ method, target, body: Buffer.from(body), credentials: root, region, service },
    headers: [['Host', host], ...(sent.headers ?? [])],
    at: Date.now(),
  })
  const { promise, resolve, reject } = Promise.withResolvers<never>()
  const options = {
    ...{ hostname, port, method: sent.sentMethod ?? method, path: sent.sentTarget ?? target },
    headers: { ...Object.fromEntries(headers), ...sent.unsignedHeaders },
  }
  request(options, async (response) => {
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString()
    const { statusCode = 0 } = response
    const errorType = String(response.headers['x-amzn-errortype'] ?? '')
    resolve({ status: statusCode, errorType, body: text } as never)
  })
    .on('error', reject)
    .end(body)
  return promise
}

describe('a path is what is signed', () => {
  test('the usual one is taken, with and without escapes, with a slash at its end', async () => {
    for (const target of [
      `${functions}/mine`,
      `${functions}/m%69ne`,
      `${functions}/arn%3Aaws%3Alambda%3A${region}%3A000000000000%3Afunction%3Amine`,
      `${functions}/arn:aws:lambda:${region}:000000000000:function:mine`,
      `${functions}/`,
      `${functions}/?MaxItems=2`,
    ]) {
      assert.equal((await exchange({ target })).status, 200, target)
    }
  })

  const alike: readonly (readonly [signed: string, sent: string])[] = [
    [`${functions}/mine`, `${functions}//mine`],
    [`${functions}/mine`, `${functions}/./mine`],
    [`${functions}/mine`, `${functions}/theirs/../mine`],
    [`${functions}/mine`, `/${functions}/mine`],
    [`${functions}/mine`, `${functions}/mine/configuration/..`],
  ]
  for (const [signed, sent] of alike) {
    test(`${sent} signs like ${signed}, and is refused all the same`, async () => {
      const { status, body } = await exchange({ target: signed, sentTarget: sent })
      assert.ok(status === 400 || status === 403, `${status} ${body}`)
      assert.doesNotMatch(body, /Configuration/)
      assert.notEqual((await exchange({ target: sent })).status, 200)
    })
  }

  const different: readonly (readonly [signed: string, sent: string])[] = [
    [`${functions}/mine`, `${functions}/theirs`],
    [`${functions}/mine`, `${functions}/m%69ne`],
    [`${functions}/m%69ne`, `${functions}/m%2569ne`],
    [`${functions}/mine`, `${functions}/mine/`],
    [`${functions}/mine`, `${functions}/mine?Qualifier=1`],
    [`${functions}?MaxItems=1`, `${functions}?MaxItems=2`],
    [`${functions}?MaxItems=1`, `${functions}?maxItems=1`],
    [`${functions}?Marker=a%2Bb`, `${functions}?Marker=a%20b`],
  ]
  for (const [signed, sent] of different) {
    test(`${sent} is not ${signed}`, async () => {
      const { status, errorType } = await exchange({ target: signed, sentTarget: sent })
      assert.deepEqual([status, errorType], [403, 'InvalidSignatureException'])
    })
  }

  for (const target of [
    `${functions}/%2e%2e/functions/mine`,
    `${functions}/mine%2Fconfiguration`,
    `${functions}/mine%00`,
    `${functions}/mine%`,
    `${functions}/mine?Qualifier=%`,
  ]) {
    test(`${target} is nothing that anybody may sign`, async () => {
      const { status, body } = await exchange({ target })
      assert.ok(status === 400 || status === 403 || status === 404, `${status} ${body}`)
      assert.doesNotMatch(body, /Configuration/)
    })
  }

  test('a parameter that stands twice is refused where one is meant', async () => {
    const target = `${functions}/mine?Qualifier=$LATEST&Qualifier=1`
    assert.equal((await exchange({ target })).errorType, 'SerializationException')
  })

  test('another method than was signed', async () => {
    const sent = { target: `${functions}/theirs`, sentMethod: 'DELETE' }
    assert.equal((await exchange(sent)).errorType, 'InvalidSignatureException')
    const { Configuration } = await scene.root.send(
      new GetFunctionCommand({ FunctionName: 'theirs' }),
    )
    assert.equal(Configuration?.FunctionName, 'theirs')
  })

  test('headers that choose what is done must be signed', async () => {
    const before = scene.runner.calls.length
    const { status, errorType } = await exchange({
      method: 'POST',
      target: `${functions}/mine/invocations`,
      unsignedHeaders: { 'X-Amz-Invocation-Type': 'DryRun' },
    })
    assert.equal(status, 403)
    assert.equal(errorType, 'InvalidSignatureException')
    assert.equal(scene.runner.calls.length, before)
  })
})

describe('services keep to their own paths', () => {
  test('Lambda is not called at /', async () => {
    for (const target of ['Lambda.GetFunction', 'AWSLambda.Invoke']) {
      const call = { url: scene.house.url, keys: scene.house.root, service: 'lambda' }
      const { status } = await callJson(target, { FunctionName: 'mine' }, call)
      assert.ok(status === 400 || status === 403)
    }
  })

  test('nobody else is called at its paths', async () => {
    for (const service of ['secretsmanager', 'iam', 'sts', 'kms']) {
      const { status, body } = await exchange({ target: `${functions}/mine`, service })
      assert.ok(status === 400 || status === 403, `${status} ${body}`)
      assert.doesNotMatch(body, /Configuration/)
    }
  })

  test("another service's target header does not change what a path means", async () => {
    const headers = [['X-Amz-Target', 'secretsmanager.ListSecrets']] as const
    const { status, body } = await exchange({ method: 'POST', target: functions, headers })
    assert.ok(status === 400 || status === 403, `${status} ${body}`)
    const theirs = { method: 'POST', target: functions, headers, service: 'secretsmanager' }
    assert.notEqual((await exchange(theirs)).status, 200)
  })

  test('nor does an Action in a form', async () => {
    const { status, body } = await send({
      ...{ url: scene.house.url, keys: scene.house.root, service: 'iam' },
      target: functions,
      headers: [['Content-Type', 'application/x-www-form-urlencoded']],
      body: 'Action=ListUsers&Version=2010-05-08',
    })
    assert.ok(status === 400 || status === 403, `${status} ${body}`)
  })

  test('a path that no operation has', async () => {
    const { status, errorType } = await exchange({ target: '/2015-03-31/nothing' })
    assert.deepEqual([status, errorType], [404, 'UnknownOperationException'])
  })
})
