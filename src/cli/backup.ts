/**
 * strongroom backup create and status: backups of a server, by its operator, from any machine. The
 * server makes the backup whole, then it is fetched in parts; what is fetched is ciphertext.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { BackupReader } from '../backup/read.ts'
import { Refusal } from '../lib/fault.ts'
import { Bar } from './bar.ts'
import { callStrongroom, type Endpoint, readEndpoint } from './client.ts'
import { plain } from './print.ts'

interface View {
  readonly State: 'CREATING' | 'READY' | 'FAILED'
  readonly RowsDone: number
  readonly RowsTotal: number
  readonly Bytes?: number
  readonly Reason?: string
}

interface Part {
  readonly Part: string
  readonly NextPosition?: number
}

interface Drill {
  readonly Records: number
  readonly Values: number
  readonly AuditRecords: number
  readonly RestoreSeconds: number
  readonly Doubts: readonly string[]
}

interface Schedule {
  readonly EverySeconds: number
  readonly Overdue: boolean
  readonly NextDate: number
  readonly LastGoodDate?: number
  readonly Failure?: string
  readonly Drill?: Drill
}

const lookMilliseconds = 300

export async function create(file: string, flags: { profile?: string }): Promise<void> {
  process.umask(0o077)
  if (existsSync(file)) throw new Refusal(`${file} is there already: name a new file.`)
  const endpoint = readEndpoint(flags.profile)
  const { BackupId } = await callStrongroom<{ BackupId: string }>(endpoint, 'CreateBackup', {})
  try {
    const bytes = await made(endpoint, BackupId)
    await fetchInto(file, endpoint, BackupId, bytes)
    process.stdout.write(`${file}\n`)
    process.stderr.write(
      `strongroom: ${bytes} bytes; it opens only with the seal of the server, which is not in it\n`,
    )
  } finally {
    // What is not removed goes by itself within the hour.
    await callStrongroom(endpoint, 'DeleteBackup', { BackupId }).catch(() => undefined)
  }
}

/** Waits until it is made; gives its size. */
async function made(endpoint: Endpoint, BackupId: string): Promise<number> {
  const bar = new Bar('making')
  try {
    for (;;) {
      const input = { BackupId }
      const { Backup } = await callStrongroom<{ Backup: View }>(endpoint, 'BackupStatus', input)
      if (Backup.State === 'READY') return Backup.Bytes ?? 0
      if (Backup.State === 'FAILED') throw new Refusal(plain(Backup.Reason ?? 'It failed.'))
      bar.at(Backup.RowsDone, Backup.RowsTotal)
      await sleep(lookMilliseconds)
    }
  } finally {
    bar.end()
  }
}

/** Beside its name first: a file of that name is a whole one, on disk. */
async function fetchInto(file: string, endpoint: Endpoint, BackupId: string, bytes: number) {
  const draft = `${file}.new`
  const target = openFile(draft)
  const bar = new Bar('fetching')
  try {
    let Position: number | undefined = 0
    while (Position !== undefined) {
      const input = { BackupId, Position }
      const part: Part = await callStrongroom(endpoint, 'GetBackupPart', input)
      writeFileSync(target, Buffer.from(part.Part, 'base64'))
      bar.at(part.NextPosition ?? bytes, bytes)
      Position = part.NextPosition
    }
    fsyncSync(target)
    mustBeUnspoiled(draft)
    renameSync(draft, file)
  } finally {
    bar.end()
    closeSync(target)
    rmSync(draft, { force: true })
  }
}

function mustBeUnspoiled(path: string): void {
  const reader = new BackupReader(path)
  try {
    reader.mustBeUnspoiled()
  } finally {
    reader.close()
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'w', 0o600)
  } catch (thrown) {
    throw new Refusal(`Can't write ${path} (${(thrown as NodeJS.ErrnoException).code}).`)
  }
}

export async function status(flags: { json?: boolean; profile?: string }): Promise<void> {
  const endpoint = readEndpoint(flags.profile)
  const { Schedule } = await callStrongroom<{ Schedule?: Schedule }>(endpoint, 'BackupStatus', {})
  if (!Schedule) throw new Refusal('The server makes no backups of itself: see --backup-every.')
  const { Overdue, Failure } = Schedule
  if (flags.json) process.stdout.write(`${JSON.stringify(Schedule)}\n`)
  else show(Schedule)
  if (Failure !== undefined) throw new Refusal(`The last backup failed: ${plain(Failure)}`)
  if (Overdue) throw new Refusal('A good backup is overdue.')
}

function show({ LastGoodDate, NextDate, Drill }: Schedule): void {
  process.stdout.write(
    `last good  ${LastGoodDate === undefined ? 'none yet' : dated(LastGoodDate)}\n`,
  )
  process.stdout.write(`next       ${dated(NextDate)}\n`)
  if (Drill) {
    process.stdout.write(
      `drilled    ${Drill.Records} records, ${Drill.Values} values, ${Drill.AuditRecords} audit records; restored in ${Drill.RestoreSeconds.toFixed(1)} s\n`,
    )
  }
}

const dated = (seconds: number): string => new Date(seconds * 1000).toISOString()
