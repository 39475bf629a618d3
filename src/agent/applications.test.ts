import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { Refusal } from '../lib/fault.ts'
import { sessionPolicy } from './applications.ts'
import { readToml } from './toml.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-toml-'))
after(() => rmSync(folder, { recursive: true }))
const path = join(folder, 'agent.toml')
const read = (text: string) => {
  writeFileSync(path, text)
  return readToml(path)
}

const shop = `
[[strongroom.applications]]
name = "shop"
user = "www-data"
role_arn = "arn:aws:iam::123456789012:role/path/Shop"
`

describe('applications in a file', () => {
  test('stand beside either form of the settings', () => {
    for (const other of [
      'ttl_seconds = 60',
      '[capabilities.secrets_manager.cache]\nttl_seconds = 60',
    ]) {
      const { applications, secretsTtlMs } = read(`${other}\n[strongroom]\npush = false\n${shop}`)
      assert.equal(secretsTtlMs, 60_000)
      const application = {
        name: 'shop',
        user: 'www-data',
        roleArn: 'arn:aws:iam::123456789012:role/path/Shop',
      }
      assert.deepEqual(applications, { folder: '/run/strongroom', all: [application] })
    }
  })

  test('the folder, the secrets, the one of the metadata', () => {
    const { applications } = read(
      `[strongroom]\nsockets = "/srv/run"\nmetadata = "shop"\n${shop}secrets = ["shop/*"]`,
    )
    assert.equal(applications?.folder, '/srv/run')
    assert.deepEqual(applications?.metadata?.secrets, ['shop/*'])
  })

  for (const [words, text] of [
    ['Two applications have one name.', shop + shop],
    ['The name of an application is 2 to 64', shop.replace('"shop"', '"../shop"')],
    ['strongroom.applications.port is not a setting', `${shop}port = 1`],
    ['The application shop needs a user.', shop.replace('"www-data"', '"-x"')],
    ['The application shop needs a role_arn', shop.replace(':role/', ':user/')],
    ['Each of strongroom.applications has a name', '[[strongroom.applications]]\nuser = "a"'],
    ['strongroom.metadata is the name', `[strongroom]\nmetadata = "blog"\n${shop}`],
    ['strongroom.sockets is an absolute path.', `[strongroom]\nsockets = "run"\n${shop}`],
    ['are for [[strongroom.applications]]', '[strongroom]\nsockets = "/run/x"'],
    ['do not fit into a session policy', `${shop}secrets = ["${'x'.repeat(2000)}"]`],
  ] as const) {
    test(`refused: ${words}`, () => {
      assert.throws(
        () => read(text),
        (thrown) => thrown instanceof Refusal && thrown.message.includes(words),
      )
    })
  }
})

describe('the last-known-good file in a file', () => {
  const table = (text: string) => read(`[strongroom.last_known_good]\n${text}`).lastKnown

  test('with a key in a file or of systemd, and an age', () => {
    assert.deepEqual(table('file = "/var/lib/x/last"\nkey_file = "/etc/x/key"'), {
      path: '/var/lib/x/last',
      key: { file: '/etc/x/key' },
      ageMsMax: 86_400_000,
    })
    const other = table('file = "/last"\nkey_credential = "agent-key"\nmax_age_seconds = 60')
    assert.deepEqual(other?.key, { credential: 'agent-key' })
    assert.equal(other?.ageMsMax, 60_000)
  })

  for (const text of [
    'key_file = "/key"',
    'file = "last"\nkey_file = "/key"',
    'file = "/last"',
    'file = "/last"\nkey_file = "/key"\nkey_credential = "key"',
    'file = "/last"\nkey_credential = "../key"',
    'file = "/last"\nkey_file = "/key"\nmax_age_seconds = 2592001',
    'file = "/last"\nkey_file = "/key"\nplain = true',
  ]) {
    test(`refused: ${text.replaceAll('\n', ', ')}`, () => {
      assert.throws(() => table(text), Refusal)
    })
  }
})

describe('a session policy', () => {
  const application = { name: 'shop', user: 'shop', roleArn: 'arn:aws-cn:iam::123456789012:role/r' }

  test('is none where an application is for all that its role may read', () => {
    assert.equal(sessionPolicy(application), undefined)
  })

  test('takes away all secrets but those, in the partition of the role', () => {
    const text = sessionPolicy({ ...application, secrets: ['shop/db', 'shop/mail/*'] }) ?? ''
    assert.deepEqual(JSON.parse(text).Statement[1], {
      Effect: 'Deny',
      Action: 'secretsmanager:*',
      NotResource: [
        'arn:aws-cn:secretsmanager:*:*:secret:shop/db-??????',
        'arn:aws-cn:secretsmanager:*:*:secret:shop/mail/*-??????',
      ],
    })
  })
})
