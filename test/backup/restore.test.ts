/** A backup taken while 16 writers write, restored: equal in every record, chained to its head, and served. */
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { verify } from '../../src/audit/verify/verify.ts'
import { BackupReader } from '../../src/backup/read.ts'
import { lookInto } from '../../src/looking.ts'
import { restore, sealOfFile } from '../../src/restore.ts'
import { readWhole } from '../../src/store/sqlite/whole.ts'
import { typed } from '../cli/command.ts'
import { callJson } from '../raw.ts'
import { printOf } from '../start/child.ts'
import { raiseScene, rowsOf } from './scene.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house, folder, rootKeyPath } = scene
const seal = sealOfFile(rootKeyPath)
const databasePath = join(house.dataPath, 'store.db')

/** Writes from many at once until told to stop; gives the names in the order of their answers. */
function writing(writers: number): { names: string[]; stop(): Promise<void> } {
  const names: string[] = []
  let isOver = false
  const write = async (writer: number) => {
    for (let n = 0; !isOver; n++) {
      const name = `load/${writer}/${n}`
      await scene.create(name)
      names.push(name)
    }
  }
  const all = Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
  return {
    names,
    async stop() {
      isOver = true
      await all
    },
  }
}

test('under load: what was acknowledged before is in it, and every row is as it was at its head', async () => {
  const load = writing(16)
  while (load.names.length < 100) await new Promise((go) => setImmediate(go))
  const acknowledged = [...load.names]
  const file = await scene.backup()
  await load.stop()
  const dataPath = join(folder, 'under-load')
  const { seq } = await restore({ file, dataPath, seal })

  const whole = readWhole(databasePath, () => undefined)
  assert.ok(whole.head.seq >= seq, 'the house went on')
  await whole.close()
  const before = await rowsOf(databasePath)
  const restored = await rowsOf(join(dataPath, 'store.db'))
  // One more batch: the record that it was restored.
  const added = Object.keys(restored).filter((name) => !(name in before))
  const [own = ''] = Object.keys(restored)
    .filter((name) => name.startsWith('journal '))
    .slice(-1)
  assert.equal(own, `journal ${String(seq + 1).padStart(9, '0')}`)
  assert.deepEqual(
    added.filter((name) => name !== own),
    [],
  )
  const journal = Object.keys(restored).filter(
    (name) => name.startsWith('journal ') && name !== own,
  )
  assert.equal(journal.length, seq)
  for (const name of journal) assert.equal(restored[name], before[name], name)

  await using again = await scene.raise(dataPath)
  for (const SecretId of acknowledged) {
    const options = { url: again.url, keys: house.root }
    const { body } = await callJson('secretsmanager.GetSecretValue', { SecretId }, options)
    assert.equal(JSON.parse(body).SecretString, `value of ${SecretId}`)
  }
  assert.deepEqual(again.complaints, [])
})

test('of a house at rest: every record, counter and stamp is equal, byte for byte', async () => {
  await scene.call('GetSecretValue', { SecretId: 'load/0/0' })
  await house.stop()
  const file = await scene.backup('rest.backup')
  const dataPath = join(folder, 'rest')
  await restore({ file, dataPath, seal })
  const before = await rowsOf(databasePath)
  const restored = await rowsOf(join(dataPath, 'store.db'))
  for (const name of Object.keys(restored)) if (!(name in before)) delete restored[name]
  assert.deepEqual(restored, before)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const kinds = new Set(Object.keys(before).map((name) => name.split(' ')[0]))
  assert.deepEqual([...kinds].sort(), ['counters', 'header', 'journal', 'records', 'stamps'])
})

test('the restored store says in its audit that it was restored, and from which backup', async () => {
  await using again = await scene.raise(join(folder, 'rest'))
  const options = { url: again.url, keys: house.root, service: 'strongroom' }
  const { body } = await callJson('Strongroom.TailAudit', {}, options)
  const records = JSON.parse(body).Records.map((each: { CloudTrailEvent: string }) =>
    JSON.parse(each.CloudTrailEvent),
  )
  const record = records.find((each: { eventName: string }) => each.eventName === 'BackupRestored')
  const reader = new BackupReader(join(folder, 'rest.backup'))
  reader.close()
  assert.equal(record.additionalEventData.backupId, reader.preamble.backupId)
  assert.equal(record.additionalEventData.head, reader.preamble.head.seq)
})

test('the restored audit verifies, record by record', async () => {
  const dataPath = join(folder, 'rest')
  const verified = verify({ ...(await lookInto(dataPath)), withRecords: true })
  assert.deepEqual(verified.findings, [])
  assert.ok((verified.rows ?? 0) > 100)
})

test('no value, key or root key is in a backup', async () => {
  const bytes = readFileSync(join(folder, 'rest.backup')).toString('latin1')
  assert.ok(!bytes.includes('value of'))
  assert.ok(!bytes.includes(readFileSync(rootKeyPath, 'latin1').trim()))
  assert.ok(!bytes.includes(house.root.secretAccessKey))
})

test('over a folder that holds something: refused, and not a byte is changed', async () => {
  const file = join(folder, 'rest.backup')
  const file2 = join(folder, 'a-file')
  writeFileSync(file2, 'mine')
  for (const dataPath of [house.dataPath, file2]) {
    const print = printOf(dataPath)
    await assert.rejects(restore({ file, dataPath, seal }), {
      name: 'Refusal',
      message: `${dataPath} is not an empty folder: a backup is restored into a new one, name it by --data.`,
    })
    assert.deepEqual(printOf(dataPath), print)
  }
})

test('from the command line: restore, verify, drill', async () => {
  const file = join(folder, 'rest.backup')
  const dataPath = join(folder, 'typed')
  mkdirSync(dataPath)
  const restored = await typed([
    'backup',
    'restore',
    file,
    '--data',
    dataPath,
    '--root-key',
    rootKeyPath,
  ])
  assert.equal(restored.stdout, `${dataPath}\n`)
  assert.equal(restored.code, 0)
  assert.deepEqual(readdirSync(dataPath).sort(), [
    'anchor',
    'journal',
    'reserve',
    'root.key',
    'store.db',
  ])

  const verified = await typed(['backup', 'verify', file])
  assert.match(verified.stdout, /^\S+: \d+ chunks, \d+ bytes, made \S+ at commit \d+, unspoiled\n$/)

  const drilled = await typed(['backup', 'drill', file, '--data', dataPath])
  assert.equal(drilled.code, 0, drilled.stderr)
  assert.match(
    drilled.stdout,
    /^opened {3}\d+ records, \d+ values, 1 KMS materials, 1 access keys, \d+ audit records\nrpo .+\nrto .+\n$/,
  )
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('drill-')),
    [],
  )

  const again = await typed([
    'backup',
    'restore',
    file,
    '--data',
    dataPath,
    '--root-key',
    rootKeyPath,
  ])
  assert.equal(again.code, 1)
  assert.match(again.stderr, /is not an empty folder/)
})

test('without the root key it is refused, and nothing is made', async () => {
  const file = join(folder, 'rest.backup')
  const dataPath = join(folder, 'keyless')
  const ended = await typed(['backup', 'restore', file, '--data', dataPath])
  assert.equal(ended.code, 1)
  assert.match(
    ended.stderr,
    /A backup does not hold its seal: name the file of its root key by --root-key, or another seal/,
  )
  assert.equal(existsSync(dataPath), false)
})

test('under a passphrase: it comes with the command, and the folder remembers its seal', async () => {
  const sealed = await raiseScene({
    flags: { seal: 'passphrase' },
    environment: { STRONGROOM_PASSPHRASE: 'correct horse battery staple' },
  })
  try {
    await sealed.create('behind/words', 'a value')
    const made = join(sealed.folder, 'made.backup')
    const profile = join(sealed.house.dataPath, 'root-credentials')
    assert.equal((await typed(['backup', 'create', made, '--profile', profile])).code, 0)
    const dataPath = join(sealed.folder, 'restored')
    const words = ['backup', 'restore', made, '--data', dataPath, '--seal', 'passphrase']
    const wrong = await typed(words, { STRONGROOM_PASSPHRASE: 'wrong horse battery staple' })
    assert.equal(wrong.code, 1)
    assert.equal(existsSync(dataPath), false)
    const right = await typed(words, { STRONGROOM_PASSPHRASE: 'correct horse battery staple' })
    assert.equal(right.code, 0, right.stderr)
    assert.equal(readFileSync(join(dataPath, 'seal'), 'utf8'), 'passphrase\n')
    const drilled = await typed(['backup', 'drill', made, '--data', dataPath], {
      STRONGROOM_PASSPHRASE: 'correct horse battery staple',
    })
    assert.equal(drilled.code, 0, drilled.stderr)
  } finally {
    await sealed[Symbol.asyncDispose]()
  }
})
