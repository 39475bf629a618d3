/** References in templates and .env files, resolved by the caller's own permission. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { raiseHouse } from '../house.ts'
import { main } from '../program.ts'
import { typed } from './command.ts'

const house = await raiseHouse()
after(() => house[Symbol.asyncDispose]())
const folder = mkdtempSync(join(tmpdir(), 'strongroom-render-'))
after(() => rmSync(folder, { recursive: true }))
const root = {
  AWS_ACCESS_KEY_ID: house.root.accessKeyId,
  AWS_SECRET_ACCESS_KEY: house.root.secretAccessKey,
  AWS_ENDPOINT_URL: house.url,
}
const secrets = new SecretsManagerClient(house.client())
const parameters = new SSMClient(house.client())
const app = await secrets.send(
  new CreateSecretCommand({ Name: 'dev/app', SecretString: '{"user":"app","password":"first"}' }),
)
await secrets.send(
  new PutSecretValueCommand({
    SecretId: 'dev/app',
    SecretString: '{"user":"app","password":"second"}',
  }),
)
await secrets.send(new CreateSecretCommand({ Name: 'dev/slash', SecretString: 'ends in \\' }))
for (const [Name, Type, Value] of [
  ['/dev/port', 'String', '5432'],
  ['/dev/key', 'SecureString', 'sealed'],
] as const) {
  await parameters.send(new PutParameterCommand({ Name, Type, Value }))
}
await parameters.send(
  new PutParameterCommand({ Name: '/dev/port', Type: 'String', Value: '6543', Overwrite: true }),
)
const say = (words: string[], input?: string) => typed(words, root, input)

test('a template becomes a file for its owner only', async () => {
  const [template, out] = [join(folder, 'app.tmpl'), join(folder, 'app.yaml')]
  writeFileSync(
    template,
    `a: {{resolve:secretsmanager:dev/app:SecretString:password}}
b: {{resolve:secretsmanager:${app.ARN}::password:AWSPREVIOUS}}
c: {{resolve:secretsmanager:dev/app:SecretString:user::${app.VersionId}}}
d: {{resolve:ssm:/dev/port}} {{resolve:ssm:/dev/port:1}} {{resolve:ssm-secure:/dev/key}}
`,
  )
  const { code, stdout, stderr } = await say(['render', template, '--out', out])
  assert.deepEqual([code, stdout, stderr], [0, '', ''])
  assert.equal(readFileSync(out, 'utf8'), 'a: second\nb: first\nc: app\nd: 6543 5432 sealed\n')
  assert.equal(statSync(out).mode & 0o777, 0o600)
})

test('to a pipe; --check says what it refers to and reads nothing', async () => {
  const text = 'x={{resolve:secretsmanager:dev/app}}'
  assert.equal((await say(['render', '-'], text)).stdout, 'x={"user":"app","password":"second"}')
  const checked = await typed(['render', '-', '--check'], {}, text)
  assert.deepEqual([checked.code, checked.stdout], [0, '{{resolve:secretsmanager:dev/app}}\n'])
})

const refused: readonly (readonly [text: string, words: RegExp])[] = [
  ['{{resolve:secretsmanager:dev/none}}', /ResourceNotFoundException/],
  ['{{resolve:secretsmanager:dev/app::none}}', /has no field none/],
  ['{{resolve:secretsmanager:dev/slash}}', /ends in a backslash/],
  ['{{resolve:ssm:/dev/key}}', /refer to it by ssm-secure/],
  ['{{resolve:s3:x}}', /the service is/],
  [Array.from({ length: 61 }, (_, at) => `{{resolve:ssm:/a${at}}}`).join(), /up to 60/],
]
for (const [text, words] of refused) {
  test(`refused, and nothing is written: ${text.slice(0, 40)}`, async () => {
    const out = join(folder, 'never')
    const { code, stdout, stderr } = await say(['render', '-', '--out', out], text)
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, words)
    assert.throws(() => statSync(out))
  })
}

test('run takes a .env file with references', async () => {
  const path = join(folder, 'run.env')
  writeFileSync(
    path,
    'PLAIN=1\nPASSWORD={{resolve:secretsmanager:dev/app:SecretString:password}}\nURL=db://${PASSWORD}@host\n',
  )
  const shown = 'JSON.stringify([process.env.PLAIN, process.env.PASSWORD, process.env.URL])'
  const words = ['run', '--env-file', path, '--', process.execPath, '-p', shown]
  const { stdout, stderr } = await say(words)
  assert.equal(stderr, '')
  assert.deepEqual(JSON.parse(stdout), ['1', 'second', 'db://second@host'])
})

/** A program that prints a field and stays, under `run --watch`. */
function watched(name: string, every: string, environment: Readonly<Record<string, string>>) {
  const program = 'console.log(process.env.N); setInterval(() => {}, 1e6)'
  const words = ['run', name, '--watch', '--every', every, '--', process.execPath, '-e', program]
  return spawn(process.execPath, [main, ...words], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Whoever may not be told looks by the clock. */
async function makeReader() {
  const iam = new IAMClient(house.client())
  const statement = { Effect: 'Allow', Action: 'secretsmanager:*', Resource: '*' }
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] })
  await iam.send(new CreateUserCommand({ UserName: 'reader' }))
  await iam.send(
    new PutUserPolicyCommand({ UserName: 'reader', PolicyName: 'read', PolicyDocument }),
  )
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'reader' }))
  return {
    AWS_ACCESS_KEY_ID: AccessKey?.AccessKeyId ?? '',
    AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? '',
    AWS_ENDPOINT_URL: house.url,
  }
}

const watchers = [
  { who: 'told by the server', every: '600', environment: root },
  { who: 'by the clock', every: '0.1', environment: await makeReader() },
]
for (const [at, { who, every, environment }] of watchers.entries()) {
  test(`run --watch starts the program anew when a secret has changed: ${who}; hands a signal through`, async () => {
    const name = `dev/watched-${at}`
    await secrets.send(new CreateSecretCommand({ Name: name, SecretString: '{"N":"one"}' }))
    const child = watched(name, every, environment)
    const lines = child.stdout.setEncoding('utf8').iterator()
    assert.equal((await lines.next()).value, 'one\n')
    await secrets.send(new PutSecretValueCommand({ SecretId: name, SecretString: '{"N":"two"}' }))
    assert.equal((await lines.next()).value, 'two\n')
    const gone = once(child, 'exit')
    child.kill('SIGTERM')
    assert.equal((await gone)[0], 143)
  })
}
