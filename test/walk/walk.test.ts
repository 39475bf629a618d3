/**
 * Every operation of every service, asked for without a signature, with a wrong one, with a right one
 * and no permission, and from a stranger's account. An operation is in this walk by being in a table.
 */
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, test } from 'node:test'
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { type ServiceModel, speaks } from '../../src/contract/model.ts'
import type { Service } from '../../src/services/operation.ts'
import { type Keys, raiseHouse, type TestHouse } from '../house.ts'
import { callJson, type RawAnswer, send } from '../raw.ts'
import { leastInput } from './inputs.ts'
import { overridesFor } from './overrides.ts'
import { requestOf } from './request.ts'

const homeAccount = '000000000000'
const otherAccount = '444455556666'

const inputOf = (model: ServiceModel, operation: string, account = homeAccount) =>
  leastInput(model, operation, overridesFor(account)[model.signingName] ?? {})

/** As call, with nothing but the operation's name. */
const callNamed = (house: TestHouse, { model }: Service, operation: string, keys: Keys) =>
  send({
    ...{ url: house.url, keys, service: model.signingName },
    ...requestOf(model, operation, {}),
  })

/** One call in the service's own protocol. */
const call = (
  house: TestHouse,
  { model }: Service,
  operation: string,
  keys: Keys,
  account = homeAccount,
): Promise<RawAnswer> =>
  send({
    ...{ url: house.url, keys, service: model.signingName },
    ...requestOf(model, operation, inputOf(model, operation, account)),
  })

async function callUnsigned(house: TestHouse, { model }: Service, operation: string) {
  const { method, target, headers, body } = requestOf(model, operation, inputOf(model, operation))
  const response = await fetch(house.url + target, {
    method,
    headers: Object.fromEntries(headers),
    ...(method !== 'GET' && { body }),
  })
  const errorType = response.headers.get('x-amzn-errortype') ?? ''
  return { status: response.status, errorType, body: await response.text() }
}

const refusals: Readonly<
  Record<string, Readonly<Record<'unsigned' | 'mismatch' | 'denied', RegExp>>>
> = {
  json: {
    unsigned: /"__type":"MissingAuthenticationTokenException"/,
    mismatch: /"__type":"InvalidSignatureException"/,
    denied: /"__type":"AccessDeniedException"/,
  },
  'rest-json': {
    unsigned: /^MissingAuthenticationTokenException\n/,
    mismatch: /^InvalidSignatureException\n/,
    denied: /^AccessDeniedException\n/,
  },
  query: {
    unsigned: /<Code>MissingAuthenticationToken<\/Code>/,
    mismatch: /<Code>SignatureDoesNotMatch<\/Code>/,
    denied: /<Code>AccessDenied<\/Code>/,
  },
}

const notImplemented: Readonly<Record<string, RegExp>> = {
  json: /"NotImplementedException"/,
  'rest-json': /^NotImplementedException\n/,
  query: /<Code>NotImplemented</,
}

async function userWithoutPolicies(house: TestHouse, root?: Keys): Promise<Keys> {
  const iam = new IAMClient(house.client(root))
  await iam.send(new CreateUserCommand({ UserName: 'walker' }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'walker' }))
  return {
    accessKeyId: AccessKey?.AccessKeyId ?? '',
    secretAccessKey: AccessKey?.SecretAccessKey ?? '',
  }
}

async function makeAccount(house: TestHouse): Promise<Keys> {
  const options = { url: house.url, keys: house.root, service: 'strongroom' }
  const { body } = await callJson('Strongroom.CreateAccount', { AccountId: otherAccount }, options)
  const { AccessKeyId, SecretAccessKey } = JSON.parse(body)
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey }
}

describe('walk', () => {
  let house: TestHouse
  let nobody: Keys
  let stranger: Keys
  const walked = { unsigned: 0, mismatch: 0, denied: 0, stranger: 0, free: [] as string[] }

  const each = async (visit: (service: Service, operation: string) => Promise<void>) => {
    for (const service of house.services.values()) {
      for (const operation of service.operations.keys()) await visit(service, operation)
    }
  }
  const refusalOf = ({ model }: Service, kind: 'unsigned' | 'mismatch' | 'denied'): RegExp =>
    refusals[speaks(model, 'json') ? 'json' : model.protocol]?.[kind] ?? /^$/

  /** Answers that were not what they must be; each test ends with none. */
  let unlike: string[] = []
  const mustMatch = (
    { errorType, body }: Pick<RawAnswer, 'errorType' | 'body'>,
    form: RegExp,
    operation: string,
  ) => {
    const answer = errorType ? `${errorType}\n${body}` : body
    if (!form.test(answer)) unlike.push(`${operation}: ${answer}`)
  }
  beforeEach(() => {
    unlike = []
  })

  before(async () => {
    house = await raiseHouse()
    nobody = await userWithoutPolicies(house)
    stranger = await userWithoutPolicies(house, await makeAccount(house))
  })
  after(() => house[Symbol.asyncDispose]())

  test('without a signature', async () => {
    await each(async (service, operation) => {
      if (service.model.operations[operation]?.unsigned) return
      const answer = await callUnsigned(house, service, operation)
      mustMatch(answer, refusalOf(service, 'unsigned'), operation)
      walked.unsigned++
    })
    assert.deepEqual(unlike, [])
  })

  test('with a wrong signature', async () => {
    const wrong = { ...house.root, secretAccessKey: 'w'.repeat(40) }
    await each(async (service, operation) => {
      if (service.model.operations[operation]?.unsigned) return
      const answer = await call(house, service, operation, wrong)
      mustMatch(answer, refusalOf(service, 'mismatch'), operation)
      walked.mismatch++
    })
    assert.deepEqual(unlike, [])
  })

  for (const [kind, who, account] of [
    ['denied', () => nobody, homeAccount],
    ['stranger', () => stranger, otherAccount],
  ] as const) {
    test(`with a right signature and no permission: ${kind}`, async () => {
      await each(async (service, operation) => {
        if (service.model.operations[operation]?.unsigned) return
        const answer = await call(house, service, operation, who(), account)
        if (service.operations.get(operation)?.action === undefined) {
          walked.free.push(operation)
          return
        }
        mustMatch(answer, refusalOf(service, 'denied'), operation)
        walked[kind]++
      })
      assert.deepEqual(unlike, [])
    })
  }

  test('what AWS has and this house does not is said to be so, to whoever may sign', async () => {
    let refused = 0
    for (const service of house.services.values()) {
      const { operations } = service.model
      const protocol = speaks(service.model, 'json') ? 'json' : service.model.protocol
      for (const operation of Object.keys(operations)) {
        if (service.operations.has(operation) || operations[operation]?.unsigned) continue
        const answer = await callNamed(house, service, operation, nobody)
        assert.equal(answer.status, 501, operation)
        mustMatch(answer, notImplemented[protocol] ?? /^$/, operation)
        refused++
      }
    }
    assert.deepEqual(unlike, [])
    assert.ok(refused > 50)
  })

  test('all of them were walked, and few are free to everybody', (t) => {
    const total = [...house.services.values()].reduce((sum, each) => sum + each.operations.size, 0)
    const free = [...new Set(walked.free)].sort()
    t.diagnostic(`${total} operations: ${JSON.stringify({ ...walked, free })}`)
    assert.deepEqual(free, expectedFree)
    assert.ok(walked.unsigned >= total - 2)
    assert.ok(walked.denied >= total - 2 - expectedFree.length)
    assert.deepEqual(house.complaints, [])
  })
})

/** AWS asks no permission for these. */
const expectedFree = ['GetCallerIdentity', 'GetSessionToken']
