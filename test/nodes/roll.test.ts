/**
 * From one version to the next while both serve one store: no request fails, what either writes the other
 * reads, and once the last old node is gone no old one comes back. The next version is made from this one's
 * sources, with a number of its own and one more step of the tables.
 */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Client } from 'pg'
import { endServer, newDatabase } from '../engines/postgres.ts'
import type { Keys } from '../house.ts'
import { withoutPostgres } from '../postgres.ts'
import { type Served, serveAnyhow } from '../process.ts'
import { callJson } from '../raw.ts'
import { until } from '../until.ts'

const here = fileURLToPath(new URL('../../', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'strongroom-roll-'))
const root: Keys = {
  accessKeyId: 'AKIAROLL000000000000',
  secretAccessKey: randomBytes(24).toString('hex'),
}

/** The next version of the program. */
function nextVersion(): string {
  const path = join(folder, 'next')
  mkdirSync(join(path, 'test/nodes'), { recursive: true })
  for (const name of ['src', 'rotators', 'test/nodes/brisk.ts']) {
    cpSync(join(here, name), join(path, name), { recursive: true })
  }
  symlinkSync(join(here, 'node_modules'), join(path, 'node_modules'))
  const about = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
  writeFileSync(join(path, 'package.json'), JSON.stringify({ ...about, version: '99.0.0' }))
  const schema = join(path, 'src/store/postgres/schema.ts')
  const text = readFileSync(schema, 'utf8')
  const more =
    'ALTER TABLE strongroom.records ADD COLUMN later int; CREATE TABLE strongroom.later (n int);'
  const widened = text.replace(/(steps: readonly string\[\] = \[[^\]]*?),?\s*\]/, `$1, '${more}']`)
  assert.notEqual(widened, text)
  writeFileSync(schema, widened)
  return path
}

const triesMax = 3

/** Reads and writes at whichever nodes there are, one after the other, and notes what does not go well. */
class Load implements AsyncDisposable {
  readonly failures: string[] = []
  done = 0
  late = 0
  #at: Served[] = []
  #isOver = false
  readonly #busy = new Map<Served, number>()
  readonly #workers: Promise<void>[]

  constructor(...at: Served[]) {
    this.#at = at
    this.#workers = [0, 1].map((n) => this.#work(n))
  }

  add(node: Served): void {
    this.#at = [...this.#at, node]
  }

  /** As whatever stands before the nodes does with one that will be ended. */
  async spare(node: Served): Promise<void> {
    this.#at = this.#at.filter((each) => each !== node)
    await until(() => (this.#busy.get(node) ?? 0) === 0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#workers)
  }

  /** What one node wrote is read at another. */
  async #work(n: number): Promise<void> {
    for (let round = 0; !this.#isOver; round++) {
      const value = `${n}/${round}`
      const put = round === 0 ? 'CreateSecret' : 'PutSecretValue'
      const name = round === 0 ? { Name: `load-${n}` } : { SecretId: `load-${n}` }
      const ClientRequestToken = randomBytes(16).toString('hex')
      await this.#call(put, { ...name, SecretString: value, ClientRequestToken })
      const read = await this.#call('GetSecretValue', { SecretId: `load-${n}` })
      if (read?.SecretString !== value) this.failures.push(`${read?.SecretString} for ${value}`)
      this.done++
    }
  }

  async #call(name: string, input: object): Promise<{ SecretString?: string } | undefined> {
    const node = this.#at[Math.floor(Math.random() * this.#at.length)] as Served
    this.#busy.set(node, (this.#busy.get(node) ?? 0) + 1)
    try {
      const call = { url: node.url, keys: root }
      let { status, body } = await callJson(`secretsmanager.${name}`, input, call)
      // As every SDK does: a machine that does too much at once lets the database answer late.
      for (let left = triesMax; status === 503 && left > 0; left--) {
        this.late++
        ;({ status, body } = await callJson(`secretsmanager.${name}`, input, call))
      }
      if (status !== 200) this.failures.push(`${name}: ${status} ${body}`)
      return JSON.parse(body)
    } catch (thrown) {
      this.failures.push(`${name}: ${thrown}`)
      return undefined
    } finally {
      this.#busy.set(node, (this.#busy.get(node) ?? 0) - 1)
    }
  }
}

describe('rolling from one version to the next', { skip: withoutPostgres }, () => {
  after(async () => {
    rmSync(folder, { recursive: true, force: true })
    await endServer()
  })

  test('both serve one store; no request fails; the old version does not come back', async (t) => {
    const environment = {
      STRONGROOM_STORE: await newDatabase(),
      STRONGROOM_ROOT_KEY: randomBytes(32).toString('hex'),
      STRONGROOM_ROOT_ACCESS_KEY_ID: root.accessKeyId,
      STRONGROOM_ROOT_SECRET_ACCESS_KEY: root.secretAccessKey,
    }
    const asking = new Client(environment.STRONGROOM_STORE)
    /** Which version of the tables a program must know. */
    const needs = async (): Promise<number> => {
      const { rows } = await asking.query('SELECT needs FROM strongroom.head')
      return rows[0]?.needs
    }
    const next = nextVersion()
    await using alive = new AsyncDisposableStack()
    alive.defer(() => asking.end())
    const raise = async (base: string): Promise<Served> => {
      const brisk = pathToFileURL(join(base, 'test/nodes/brisk.ts')).href
      const program = join(base, 'src/main.ts')
      const dataPath = mkdtempSync(join(folder, 'node-'))
      const served = await serveAnyhow(dataPath, { environment, imports: [brisk], root, program })
      alive.defer(async () => void (served.child.exitCode ?? (await served.end('SIGKILL'))))
      return served
    }
    const versions = async ({ url }: Served): Promise<string[]> => {
      const { body } = await callJson(
        'Strongroom.ListNodes',
        {},
        { url, keys: root, service: 'strongroom' },
      )
      const nodes: { Version: string; IsAlive: boolean }[] = JSON.parse(body).Nodes
      return nodes.filter(({ IsAlive }) => IsAlive).map(({ Version }) => Version)
    }
    const progress = async (load: Load) => {
      const { done } = load
      await until(() => load.done > done + 5)
    }

    const old = [await raise(here), await raise(here)] as const
    await using load = new Load(...old)
    await progress(load)
    await asking.connect()
    const known = await needs()
    const newer = await raise(next)
    load.add(newer)
    await progress(load)
    const found = await versions(old[0])
    assert.equal(found.filter((each) => each === '99.0.0').length, 1)
    assert.equal(found.length, 3)

    // Half-way there is a way back: an old one may still be started.
    const again = await raise(here)
    load.add(again)
    await progress(load)
    assert.equal(await needs(), known)

    for (const node of [again, old[0]]) {
      await load.spare(node)
      assert.deepEqual(await node.end(), { code: 0, signal: null })
    }
    // The last old one is forgotten rather than ended.
    await load.spare(old[1])
    old[1].child.kill('SIGSTOP')
    await until(async () => (await needs()) > known)
    await assert.rejects(raise(here), /needs a newer strongroom: use that version\.\n$/)
    const gone = new Promise((resolve) => old[1].child.once('exit', resolve))
    old[1].child.kill('SIGCONT')
    assert.equal(await gone, 1)
    assert.match(old[1].stderr(), /the store needs a newer strongroom by now: use that version/)

    await progress(load)
    await load[Symbol.asyncDispose]()
    t.diagnostic(`${load.done} rounds, ${load.late} answers of 503 that were asked again`)
    assert.deepEqual(load.failures, [])
    assert.deepEqual(await versions(newer), ['99.0.0'])
    assert.deepEqual(await newer.end(), { code: 0, signal: null })
  })
})
