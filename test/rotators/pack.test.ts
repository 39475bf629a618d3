/** Each shipped function as a zip: whole, the same every time, and able to start on its own. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { unzipSync } from 'fflate'
import { rolePolicy, rotators } from '../../src/rotators/catalogue.ts'
import { pack } from '../../src/rotators/pack.ts'

describe('a packed function', () => {
  for (const rotator of rotators.values()) {
    test(`${rotator.name} starts where there is nothing else`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'strongroom-packed-'))
      try {
        for (const [path, bytes] of Object.entries(unzipSync(pack(rotator)))) {
          mkdirSync(dirname(join(folder, path)), { recursive: true })
          writeFileSync(join(folder, path), bytes)
        }
        const [page = '', name = ''] = rotator.handler.split('.')
        const code = `console.log(typeof (await import('./${page}.mjs')).${name})`
        const args = ['--input-type=module', '-e', code]
        const ran = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env: {} })
        assert.deepEqual([ran.stdout, ran.stderr], ['function\n', ''])
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  }

  test('is made of equal bytes each time', () => {
    for (const rotator of rotators.values()) assert.deepEqual(pack(rotator), pack(rotator))
  })
})

test('every folder is in the catalogue, with its guide', () => {
  const root = fileURLToPath(new URL('../../rotators', import.meta.url))
  const folders = readdirSync(root, { withFileTypes: true }).filter((each) => each.isDirectory())
  assert.deepEqual(folders.map(({ name }) => name).sort(), [...rotators.keys()].sort())
  for (const { name } of folders) {
    assert.deepEqual(
      readdirSync(join(root, name)).filter((file) => file === 'README.md'),
      ['README.md'],
    )
  }
})

test('a role may touch its secret, the one that it names, its user, and nothing else', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:a-AbCdEf'
  const userArn = 'arn:aws:iam::000000000000:user/batch'
  const resources = (name: string, more: object) => {
    const rotator = rotators.get(name)
    assert.ok(rotator)
    const { Statement } = rolePolicy(rotator, { arn, ...more }) as {
      Statement: { Action: string[]; Resource: string }[]
    }
    return Statement.map(({ Action, Resource }) => `${Action.length} ${Resource}`)
  }
  assert.deepEqual(resources('postgres', { userArn }), [`4 ${arn}`, '1 *'])
  assert.deepEqual(resources('redis', { otherArn: 'other' }), [`4 ${arn}`, '1 *', '1 other'])
  assert.deepEqual(resources('iam', { userArn }), [`4 ${arn}`, '1 *', `3 ${userArn}`])
})
