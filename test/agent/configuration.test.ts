/** Settings, in all the forms that AWS's agent and extension know, and what is wrong with them. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { readEnvironment } from '../../src/agent/environment.ts'
import { settingsOf } from '../../src/agent/settings.ts'
import { readToken } from '../../src/agent/token.ts'
import { readToml } from '../../src/agent/toml.ts'
import { Refusal } from '../../src/lib/fault.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-agent-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const path = join(folder, 'agent.toml')
function toml(text: string) {
  writeFileSync(path, text)
  return readToml(path)
}

const ports = (told: { listen?: readonly { port: number }[] | undefined }) =>
  told.listen?.map(({ port }) => port)

describe('TOML', () => {
  test('in the flat form', () => {
    const told = toml(`
      log_level = "DEBUG"
      log_to_file = false
      http_port = 3000
      ttl_seconds = 60
      cache_size = 5
      ssrf_headers = ["X-One"]
      ssrf_env_variables = ["ONE"]
      path_prefix = "/p/"
      max_conn = 7
      max_roles = 2
      region = "eu-west-1"
      ignore_transient_errors = false
      validate_credentials = false
      credentials_file_path = "/c"`)
    assert.deepEqual(ports(told), [3000, 3000])
    const { logLevel, secretsTtlMs, parametersTtlMs, cacheItemsMax, staleMsMax } = told
    assert.deepEqual(
      [logLevel, secretsTtlMs, parametersTtlMs, cacheItemsMax, staleMsMax],
      ['debug', 60_000, 60_000, 5, 0],
    )
    const { tokenHeaders, tokenVariables, pathPrefix, connectionsMax, rolesMax } = told
    assert.deepEqual(
      [tokenHeaders, tokenVariables, pathPrefix, connectionsMax, rolesMax],
      [['X-One'], ['ONE'], '/p/', 7, 2],
    )
    const { region, validatesCredentials, credentialsPath } = told
    assert.deepEqual([region, validatesCredentials, credentialsPath], ['eu-west-1', false, '/c'])
  })

  test('in the nested form', () => {
    const told = toml(`
      [logging]
      log_level = "warn"
      [capabilities.secrets_manager]
      enabled = true
      http_port = 3000
      [capabilities.secrets_manager.cache]
      ttl_seconds = 0
      cache_size = 9
      [capabilities.secrets_manager.security]
      ssrf_headers = ["X-One"]
      [capabilities.secrets_manager.prefetch]
      cache_buffer_ratio = 0.5
      max_jitter_seconds = 2
      secrets = [{ secret_id = "a" }, { secret_id = "b", role_arn = "r" }]
      filter_tags = [{ key = "app" }]`)
    const { logLevel, secretsTtlMs, cacheItemsMax, tokenHeaders, prefetch } = told
    assert.deepEqual(
      [logLevel, secretsTtlMs, cacheItemsMax, tokenHeaders, ports(told)],
      ['warn', 0, 9, ['X-One'], [3000, 3000]],
    )
    assert.deepEqual(prefetch, {
      bufferRatio: 0.5,
      jitterMsMax: 2000,
      secrets: [{ id: 'a' }, { id: 'b', roleArn: 'r' }],
      tags: [{ key: 'app' }],
    })
  })

  test('has what AWS does not have in a table of its own, in both forms', () => {
    const own = '[strongroom]\npush = false\nreceipts_seconds = 0\nstale_seconds_max = 60\n'
    for (const form of ['http_port = 3000\n', '[logging]\nlog_level = "info"\n']) {
      const { pushes, receiptsMs, staleMsMax } = toml(form + own)
      assert.deepEqual([pushes, receiptsMs, staleMsMax], [false, 0, 60_000])
    }
  })

  const wrong: readonly (readonly [text: string, words: RegExp])[] = [
    ['colour = 1', /colour is not a setting of the agent/],
    [
      '[capabilities.secrets_manager]\ntll = 1',
      /capabilities\.secrets_manager\.tll is not a setting/,
    ],
    ['http_port = 80', /http_port is a whole number from 1024 to 65535/],
    ['ttl_seconds = 3601', /ttl_seconds is a whole number from 0 to 3600/],
    ['cache_size = "many"', /cache_size is a whole number/],
    ['path_prefix = "v1/"', /path_prefix begins with \//],
    ['log_level = "loud"', /log_level is one of debug/],
    ['log_to_file = true', /logs to standard error/],
    ['ssrf_headers = []', /ssrf_headers is a list of texts/],
    ['http_port = 3000\n[logging]\nlog_level = "info"', /http_port is of the flat form/],
    ['[capabilities.acm]\nenabled = true', /certificates are not offered/],
    ['[capabilities.secrets_manager]\nenabled = false', /nothing to serve/],
    ['prefetch = { secrets = [{ role_arn = "r" }] }', /has a secret_id/],
    ['= 1', /is not TOML: see its line 1/],
  ]
  for (const [text, words] of wrong) {
    test(`is refused: ${text.replaceAll('\n', ' ')}`, () => {
      assert.throws(
        () => toml(text),
        (error) => error instanceof Refusal && words.test(error.message),
      )
    })
  }

  test('is not repeated where its form is wrong', () => {
    assert.throws(
      () => toml('password = "hunter2'),
      (error) => error instanceof Refusal && !error.message.includes('hunter2'),
    )
  })
})

describe("the extension's variables", () => {
  const read = (environment: Record<string, string>, warned: string[] = []) =>
    readEnvironment(environment, (words) => void warned.push(words))

  test('are heeded', () => {
    const told = read({
      PARAMETERS_SECRETS_EXTENSION_HTTP_PORT: '3000',
      PARAMETERS_SECRETS_EXTENSION_CACHE_SIZE: '12',
      PARAMETERS_SECRETS_EXTENSION_MAX_CONNECTIONS: '3',
      PARAMETERS_SECRETS_EXTENSION_LOG_LEVEL: 'WARN',
      SECRETS_MANAGER_TTL: '60',
      SSM_PARAMETER_STORE_TTL: '30',
      SECRETS_MANAGER_TIMEOUT_MILLIS: '500',
    })
    assert.deepEqual(ports(told), [3000, 3000])
    const { cacheItemsMax, socketsMax, logLevel } = told
    const { secretsTtlMs, parametersTtlMs, secretsCallMsMax, parametersCallMsMax } = told
    assert.deepEqual([cacheItemsMax, socketsMax, logLevel], [12, 3, 'warn'])
    assert.deepEqual(
      [secretsTtlMs, parametersTtlMs, secretsCallMsMax, parametersCallMsMax],
      [60_000, 30_000, 500, undefined],
    )
  })

  test('clamp a TTL to 300 seconds, and say so', () => {
    const warned: string[] = []
    assert.equal(read({ SECRETS_MANAGER_TTL: '900' }, warned).secretsTtlMs, 300_000)
    assert.match(warned.join(), /SECRETS_MANAGER_TTL is more than 300/)
  })

  test('switch the cache off in each of their ways', () => {
    for (const environment of [
      { PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED: 'false' },
      { PARAMETERS_SECRETS_EXTENSION_CACHE_SIZE: '0' },
      { SECRETS_MANAGER_TTL: '0', SSM_PARAMETER_STORE_TTL: '0' },
    ] as Record<string, string>[]) {
      assert.equal(read(environment).cacheItemsMax, 0, JSON.stringify(environment))
    }
  })

  test('are refused where they are nonsense', () => {
    for (const environment of [
      { SECRETS_MANAGER_TTL: 'long' },
      { PARAMETERS_SECRETS_EXTENSION_CACHE_ENABLED: 'maybe' },
      { PARAMETERS_SECRETS_EXTENSION_LOG_LEVEL: 'loud' },
    ] as Record<string, string>[]) {
      assert.throws(() => read(environment), Refusal, JSON.stringify(environment))
    }
  })
})

describe('settings', () => {
  test('of later sources win; what is not said is as before', () => {
    const { secretsTtlMs, cacheItemsMax, pathPrefix } = settingsOf(
      { secretsTtlMs: 1, cacheItemsMax: 2 },
      { secretsTtlMs: undefined, cacheItemsMax: 3 },
    )
    assert.deepEqual([secretsTtlMs, cacheItemsMax, pathPrefix], [1, 3, '/v1/'])
  })
})

describe('the token', () => {
  const variables = ['FIRST', 'SECOND']

  test('is that of the first variable that is set, itself or in a file', () => {
    const file = join(folder, 'token')
    writeFileSync(file, 'right\n')
    const direct = readToken({ SECOND: 'right', THIRD: 'x' }, variables)
    assert.deepEqual(readToken({ FIRST: `file://${file}`, SECOND: 'x' }, variables), direct)
  })

  test('must be there', () => {
    for (const environment of [{}, { FIRST: 'file:///not/there' }] as Record<string, string>[]) {
      assert.throws(() => readToken(environment, variables), Refusal)
    }
  })
})
