/** Backups on demand, by the operator's API and by its command. */
import assert from 'node:assert/strict'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { typed } from '../../cli/command.ts'
import type { Keys } from '../../house.ts'
import { until } from '../../until.ts'
import { policy, raiseScene, userArn } from '../sts/scene.ts'
import { call, StrongroomRecords } from './records.ts'

const scene = await raiseScene()
after(() => scene[Symbol.asyncDispose]())
const { house } = scene
const folder = mkdtempSync(join(tmpdir(), 'strongroom-fetched-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const unknown = '12345678-1234-1234-1234-123456789012'
const operations = ['CreateBackup', 'BackupStatus', 'GetBackupPart', 'DeleteBackup'] as const
const about = (operation: string, BackupId = unknown) =>
  operation === 'CreateBackup' ? {} : { BackupId }

interface Status {
  readonly Backup: { State: string; Bytes?: number; RowsDone: number; RowsTotal: number }
}

async function ready(BackupId: string, keys?: Keys): Promise<Status['Backup']> {
  return until(async () => {
    const { Backup } = await call<Status>(house, 'BackupStatus', { BackupId }, keys)
    return Backup.State !== 'CREATING' && Backup
  })
}

async function fetched(BackupId: string): Promise<Buffer> {
  const parts: Buffer[] = []
  let Position: number | undefined = 0
  while (Position !== undefined) {
    const part: { Part: string; NextPosition?: number } = await call(house, 'GetBackupPart', {
      ...{ BackupId, Position },
    })
    parts.push(Buffer.from(part.Part, 'base64'))
    Position = part.NextPosition
  }
  return Buffer.concat(parts)
}

test('who did not sign is refused, and so is an id that is none', async () => {
  const stranger = { ...house.root, secretAccessKey: 'x'.repeat(40) }
  for (const operation of operations) {
    await assert.rejects(call(house, operation, about(operation), stranger), {
      message: /^InvalidSignatureException: /,
    })
  }
  await assert.rejects(call(house, 'GetBackupPart', { BackupId: '../../root.key' }), {
    message: /^ValidationException: /,
  })
})

test('each needs its permission, and nobody of another account may', async () => {
  const bob = await scene.user('bob')
  const made = await call<{ AccessKeyId: string; SecretAccessKey: string }>(
    house,
    'CreateAccount',
    {},
  )
  const foreign = { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey }
  for (const operation of operations) {
    await assert.rejects(call(house, operation, about(operation), bob), {
      message: `AccessDeniedException: User: ${userArn('bob')} is not authorized to perform: strongroom:${operation} because no identity-based policy allows the strongroom:${operation} action`,
    })
    await assert.rejects(call(house, operation, about(operation), foreign), {
      message: /^AccessDeniedException: /,
    })
  }
})

test('a backup that is not there', async () => {
  for (const operation of operations.slice(1)) {
    await assert.rejects(call(house, operation, about(operation)), {
      message: `ResourceNotFoundException: There is no backup ${unknown} here.`,
    })
  }
})

test('made, fetched in parts, removed; recorded without a byte of it', async () => {
  const { BackupId } = await call<{ BackupId: string }>(house, 'CreateBackup', {})
  const { State, Bytes, RowsDone, RowsTotal } = await ready(BackupId)
  assert.equal(State, 'READY')
  assert.ok(RowsTotal > 0)
  assert.equal(RowsDone, RowsTotal)
  const bytes = await fetched(BackupId)
  assert.equal(bytes.length, Bytes)
  assert.equal(bytes.toString('latin1', 0, 19), 'strongroom backup 1')
  await call(house, 'DeleteBackup', { BackupId })
  await assert.rejects(call(house, 'DeleteBackup', { BackupId }), {
    message: /^ResourceNotFoundException: /,
  })
  assert.deepEqual(readdirSync(join(house.dataPath, 'backups')), [])
  const records = await new StrongroomRecords(house).newest(20)
  const part = records.find((record) => record.eventName === 'GetBackupPart' && !record.errorCode)
  assert.ok(part)
  assert.equal(part.responseElements?.part, undefined)
})

test('one at a time; while it is made it is neither given nor removed', async () => {
  const orders = await Promise.allSettled(
    [1, 2, 3].map(() => call<{ BackupId: string }>(house, 'CreateBackup', {})),
  )
  const made = orders.filter((each) => each.status === 'fulfilled')
  const refused = orders.filter((each) => each.status === 'rejected')
  assert.equal(made.length, 1)
  for (const { reason } of refused) {
    assert.equal(reason.message, 'BackupInProgressException: Another backup is being made.')
  }
  const BackupId = made[0]?.value.BackupId ?? ''
  await assert.rejects(call(house, 'GetBackupPart', { BackupId }), {
    message: 'BackupInProgressException: The backup is still being made.',
  })
  await assert.rejects(call(house, 'DeleteBackup', { BackupId }), {
    message: 'BackupInProgressException: The backup is still being made.',
  })
  await ready(BackupId)
  await call(house, 'DeleteBackup', { BackupId })
})

const credentials = join(house.dataPath, 'root-credentials')

test('strongroom backup create: the file proves itself, and nothing stays on the server', async () => {
  const file = join(folder, 'a.backup')
  const made = await typed(['backup', 'create', file, '--profile', credentials])
  assert.equal(made.code, 0, made.stderr)
  assert.equal(made.stdout, `${file}\n`)
  assert.match(made.stderr, /^strongroom: \d+ bytes; it opens only with the seal of the server/)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(folder), ['a.backup'])
  assert.deepEqual(readdirSync(join(house.dataPath, 'backups')), [])
  const drilled = await typed(['backup', 'drill', file, '--data', house.dataPath])
  assert.equal(drilled.code, 0, drilled.stderr)
})

test('strongroom backup create: never over a file, and not by who may not', async () => {
  const file = join(folder, 'mine')
  writeFileSync(file, 'mine')
  const over = await typed(['backup', 'create', file, '--profile', credentials])
  assert.equal(over.code, 1)
  assert.match(over.stderr, /mine is there already: name a new file\.\n$/)
  assert.equal(readFileSync(file, 'utf8'), 'mine')

  const eve = await scene.user(
    'eve',
    policy({ Effect: 'Allow', Action: 'strongroom:BackupStatus', Resource: '*' }),
  )
  const other = join(folder, 'other')
  const refused = await typed(['backup', 'create', other], {
    AWS_ACCESS_KEY_ID: eve.accessKeyId,
    AWS_SECRET_ACCESS_KEY: eve.secretAccessKey,
    AWS_ENDPOINT_URL: house.url,
  })
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /^strongroom: AccessDeniedException: .*strongroom:CreateBackup/)
  assert.equal(existsSync(other), false)
})

test('strongroom backup status: a server without a schedule says so', async () => {
  const status = await typed(['backup', 'status', '--profile', credentials])
  assert.equal(status.code, 1)
  assert.match(status.stderr, /The server makes no backups of itself: see --backup-every\.\n$/)
})

test('nothing was complained of', () => {
  assert.deepEqual(house.complaints, [])
})
