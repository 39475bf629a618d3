/** A house for a project, in a process of its own; and its profile in AWS files that hold other things. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { main } from '../program.ts'
import { typed } from './command.ts'

const home = mkdtempSync(join(tmpdir(), 'strongroom-dev-'))
after(() => rmSync(home, { recursive: true }))
const project = join(home, 'my app')
mkdirSync(project)
const aws = (name: string) => join(home, '.aws', name)
const read = (name: string) => readFileSync(aws(name), 'utf8')

/** Starts it, and waits until it says how it ends. */
async function begin(...words: string[]) {
  const child = spawn(process.execPath, [main, 'dev', ...words], {
    cwd: project,
    env: { PATH: process.env.PATH, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const gone = once(child, 'close') as Promise<[number | null]>
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  for await (const chunk of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    text += chunk
    if (/strongroom import/.test(text)) break
  }
  return {
    /** Of both streams; all of it when it has ended. */
    get text() {
      return text
    },
    url: /listens on (\S+)/.exec(text)?.[1] ?? '',
    async end() {
      child.stdout.resume()
      child.kill('SIGINT')
      return (await gone)[0]
    },
  }
}

const foreign = {
  credentials: '[default]\naws_access_key_id = AKIDEFAULT\n; a comment\n\n[other]\nx=y\n',
  config: '[default]\nregion = eu-west-1\r\n[sso-session a]\n  nested =\n    deep = 1\n',
}

describe('strongroom dev', () => {
  test('serves the project with data of its own; asks nothing of who is not there', async () => {
    const house = await begin('--listen', '127.0.0.1:0')
    assert.match(
      house.text,
      /\nexport AWS_SHARED_CREDENTIALS_FILE='.*\/my app\/.*' AWS_PROFILE=strongroom\n/,
    )
    assert.match(house.text, /--name my-app\/dev\n/)
    assert.ok(!existsSync(aws('config')))
    const set = await typed(['set', 'a/b'], {}, 'planted', project)
    assert.equal(set.code, 0, set.stderr)
    assert.equal(await house.end(), 0)
    assert.match(house.text, /--yes writes an AWS profile/)
    execFileSync('git', ['init', '-q'], { cwd: project })
    const status = execFileSync('git', ['status', '--porcelain'], {
      cwd: project,
      encoding: 'utf8',
    })
    assert.equal(status, '', 'git sees nothing of it')
  })

  test('writes its profile when that is agreed to, beside what is there; and again changes nothing', async () => {
    mkdirSync(join(home, '.aws'))
    for (const [name, text] of Object.entries(foreign))
      writeFileSync(aws(name), text, { mode: 0o640 })
    const house = await begin('--yes')
    assert.equal(house.text.includes('profile: strongroom-my-app'), true, house.text)
    for (const [name, text] of Object.entries(foreign)) {
      assert.ok(read(name).startsWith(text))
      assert.equal(statSync(aws(name)).mode & 0o777, 0o640)
    }
    assert.match(
      read('config'),
      new RegExp(
        `\\[profile strongroom-my-app\\]\nregion = us-east-1\nendpoint_url = ${house.url}\n`,
      ),
    )
    const profile = { HOME: home, AWS_PROFILE: 'strongroom-my-app' }
    assert.equal((await typed(['get', 'a/b'], profile, '', home)).stdout, 'planted')
    assert.equal(await house.end(), 0)
    const [credentials, config] = [read('credentials'), read('config')]
    const again = await begin()
    assert.equal(again.url, house.url, 'it listens where it did')
    assert.match(again.text, /export AWS_PROFILE=strongroom-my-app\n/)
    assert.equal(await again.end(), 0)
    assert.deepEqual([read('credentials'), read('config')], [credentials, config])
  })

  test('elsewhere: the profile and the credentials file follow', async () => {
    const house = await begin('--yes', '--listen', '127.0.0.1:0')
    assert.match(read('config'), new RegExp(`endpoint_url = ${house.url}\n`))
    assert.equal(read('config').match(/strongroom-my-app\]/g)?.length, 1)
    assert.equal((await typed(['get', 'a/b'], {}, '', project)).stdout, 'planted')
    assert.equal(await house.end(), 0)
  })

  test('--undo leaves the files as they were', async () => {
    const environment = { HOME: home }
    const { code, stdout } = await typed(['dev', '--undo'], environment, '', project)
    assert.equal(code, 0)
    assert.match(stdout, /is taken out of .*credentials\n.*config\n$/)
    for (const [name, text] of Object.entries(foreign)) assert.equal(read(name), text)
    const again = await typed(['dev', '--undo'], environment, '', project)
    assert.match(again.stdout, /there is no profile/)
  })

  test("somebody else's profile of that name is left alone", async () => {
    const text = `${foreign.config}[profile strongroom-my-app]\nregion = eu-west-1\n`
    writeFileSync(aws('config'), text)
    const house = await begin('--yes', '--listen', '127.0.0.1:0')
    assert.equal(await house.end(), 0)
    assert.match(house.text, /has a section \[profile strongroom-my-app\] of its own/)
    assert.equal(read('config'), text)
    assert.equal(read('credentials'), foreign.credentials)
  })
})
