/**
 * A backup of 100,000 secrets: how long create, drill and restore take, how large the file is, and the
 * most memory that each held. Each step is a process of its own, so that its memory is its own.
 * Run: node tools/bench/backup.ts [secrets]
 */
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeBackup } from '../../src/backup/write.ts'
import { drill } from '../../src/drill.ts'
import { openFolder } from '../../src/folder.ts'
import type { AccountId } from '../../src/lib/brand.ts'
import { backupKeysOf, restore, sealOfFile } from '../../src/restore.ts'
import { Materials } from '../../src/services/kms/material.ts'
import { KeyStore } from '../../src/services/kms/store.ts'
import { Segments } from '../../src/store/segments.ts'
import { readWhole } from '../../src/store/sqlite/whole.ts'
import { addSecret, type Sealing, storeOf } from './fill.ts'

const account = '000000000000' as AccountId
const shelf = { account, region: 'us-east-1' }
const perAttempt = 500

/** Secrets as the operations write them, without the wire, which would take an hour. */
async function furnish(path: string, count: number): Promise<void> {
  const folder = await openFolder(path, { account })
  const { keyring } = folder
  const store = await storeOf(folder)
  const ports = { sealer: keyring.sealer('kms'), stampKey: keyring.lasting('kms stamps') }
  const materials = new Materials(ports)
  const owner = { account, keyId: randomUUID() }
  const made = materials.keep(owner, Buffer.alloc(32, 7))
  await store.attempt(async (attempt) =>
    new KeyStore(attempt).putMaterial(shelf, owner.keyId, made.id, made.record),
  )
  const reference = { ...owner, materialId: made.id }
  const sealing: Sealing = (plain, context) =>
    materials.encrypt(reference, made.record, plain, context)
  for (let start = 0; start < count; start += perAttempt) {
    await store.attempt((attempt) => {
      for (let n = start; n < Math.min(count, start + perAttempt); n++) {
        const name = `team-${n % 97}/service-${String(n).padStart(6, '0')}`
        addSecret(attempt, shelf, name, { at: 1_700_000_000_000 + n, sealing })
        attempt.record({
          eventName: 'CreateSecret',
          requestID: randomUUID(),
          recipientAccountId: account,
          filler: 'x'.repeat(900),
        })
      }
    })
  }
  await store.close()
  folder.release()
}

const steps: Readonly<Record<string, (path: string, count: number) => Promise<string>>> = {
  async furnish(path, count) {
    await furnish(join(path, 'data'), count)
    return `${statSync(join(path, 'data', 'store.db')).size >> 20} MiB database`
  },
  async create(path) {
    const folder = await openFolder(join(path, 'data'))
    const segments = new Segments(join(folder.path, 'journal'), folder.journalKeys)
    const whole = readWhole(join(folder.path, 'store.db'), () => segments)
    const wish = { path: join(path, 'backup'), backupId: randomUUID(), madeAt: Date.now() }
    const bytes = await writeBackup(whole, backupKeysOf(folder.keyring), wish)
    whole.close()
    folder.release()
    return `${bytes >> 20} MiB file`
  },
  async drill(path) {
    const { open } = sealOfFile(join(path, 'data', 'root.key'))
    const report = await drill({ file: join(path, 'backup'), scratchPath: path, open })
    if (report.doubts.length > 0) throw new Error(report.doubts.join('; '))
    return `${report.records} records, ${report.values} values, ${report.audit} audit records opened`
  },
  async restore(path) {
    const seal = sealOfFile(join(path, 'data', 'root.key'))
    const head = await restore({ file: join(path, 'backup'), dataPath: join(path, 'again'), seal })
    return `at commit ${head.seq}`
  },
}

const [step, path, count = '100000'] = process.argv.slice(2)
if (step !== undefined && path !== undefined && existsSync(path)) {
  const began = performance.now()
  const said = await steps[step]?.(path, Number(count))
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const mebibytes = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(
    `${step.padEnd(8)} ${seconds.padStart(6)} s  ${String(mebibytes).padStart(4)} MiB at most  ${said}`,
  )
} else {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-backup-'))
  try {
    for (const each of Object.keys(steps)) {
      const args = [fileURLToPath(import.meta.url), each, folder, step ?? count]
      const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
      if (status !== 0) process.exitCode = 1
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
