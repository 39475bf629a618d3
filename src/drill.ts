/**
 * The drill of a backup: it is restored for real into a scratch folder, and everything in it is
 * opened: every record, every value of every version through its KMS key, every key's material,
 * every access key, every batch of the audit. Whatever does not open is a doubt, named and never
 * shown. Nothing of the scratch is left behind.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { printFinding } from './audit/verify/finding.ts'
import { verify } from './audit/verify/verify.ts'
import { BackupReader } from './backup/read.ts'
import type { DrillReport } from './backup/report.ts'
import { journalKeysOf } from './folder.ts'
import type { Keyring } from './keyring/keyring.ts'
import { Refusal } from './lib/fault.ts'
import { fillFolder, openFilled } from './restore.ts'
import { KeySecrets } from './services/iam/secrets.ts'
import { IdentityReader } from './services/iam/store.ts'
import { Materials } from './services/kms/material.ts'
import { MaterialGone, proveBlob, proveMaterial } from './services/kms/proof.ts'
import { KeyReader } from './services/kms/store.ts'
import { proveValue } from './services/secretsmanager/proof.ts'
import { SecretReader } from './services/secretsmanager/store.ts'
import type { Look } from './store/attempt.ts'
import { Journal } from './store/journal.ts'
import { partsOf } from './store/key.ts'
import { journalBeside } from './store/sqlite/folder.ts'

export interface DrillWish {
  readonly file: string
  /** Where the scratch folder is made; on the same disk as data folders, since it takes as much. */
  readonly scratchPath: string
  /** The keys of a store with this header. */
  open(header: string): Promise<Keyring>
}

const doubtsMax = 20
const rowsPerRead = 500
const cacheBytesMax = 16 << 20

/** Restores and opens everything; never throws for what a backup can be. */
export async function drill(wish: DrillWish): Promise<DrillReport> {
  const drilledAt = Date.now()
  const findings = new Findings()
  const about = await findings.heed(wish.file, () => drillInto(wish, findings))
  const { seconds = 0, ...rest } = about ?? {}
  return {
    file: wish.file,
    drilledAt,
    restoreSeconds: seconds,
    drillSeconds: (Date.now() - drilledAt) / 1000,
    ...rest,
    ...findings.counts,
    doubts: findings.doubts,
  }
}

async function drillInto({ file, scratchPath, open }: DrillWish, findings: Findings) {
  const reader = new BackupReader(file)
  mkdirSync(scratchPath, { recursive: true, mode: 0o700 })
  const scratch = mkdtempSync(join(scratchPath, 'drill-'))
  try {
    const { backupId, madeAt, header, head } = reader.preamble
    const keyring = await open(header)
    const began = Date.now()
    await fillFolder(reader, keyring, scratch)
    const seconds = (Date.now() - began) / 1000
    const newestAt = await openEverything(keyring, scratch, findings)
    return { backupId, madeAt, bytes: reader.bytes, head: head.seq, newestAt, seconds }
  } finally {
    reader.close()
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** What was opened, and what was not. */
class Findings {
  readonly doubts: string[] = []
  readonly counts = {
    records: 0,
    values: 0,
    lockedValues: 0,
    materials: 0,
    accessKeys: 0,
    audit: 0,
  }

  /** Runs; what is thrown because of the backup becomes a doubt about `what`. */
  async heed<T>(what: string, run: () => Promise<T>): Promise<T | undefined> {
    try {
      return await run()
    } catch (thrown) {
      if (thrown instanceof MaterialGone) this.counts.lockedValues++
      else this.doubt(thrown instanceof Refusal ? thrown.message : reasonOf(what, thrown))
      return undefined
    }
  }

  doubt(words: string): void {
    if (this.doubts.length < doubtsMax) this.doubts.push(words)
    else if (this.doubts.length === doubtsMax) this.doubts.push('and more')
  }
}

/** What the system says; why something sealed did not open is never told. */
function reasonOf(what: string, thrown: unknown): string {
  const { code } = thrown as NodeJS.ErrnoException
  return code === undefined ? `${what} does not open` : `${what}: ${code}`
}

type Filled = Awaited<ReturnType<typeof openFilled>>

/** Gives the time of the newest batch. */
async function openEverything(
  keyring: Keyring,
  path: string,
  findings: Findings,
): Promise<number | undefined> {
  await findings.heed('the audit', async () => verifyAudit(keyring, path, findings))
  const filled = await openFilled(keyring, path, cacheBytesMax)
  try {
    await openRecords(filled, proofsOf(keyring, filled, findings), findings)
    return await newestIn(filled, new Journal(journalKeysOf(keyring)))
  } finally {
    await filled.store.close()
  }
}

type Proofs = Readonly<Record<string, (parts: readonly string[]) => Promise<unknown>>>

/** What more than its record has to open, by collection. */
function proofsOf(keyring: Keyring, { store }: Filled, { counts }: Findings): Proofs {
  const secrets = new KeySecrets(keyring.sealer('credentials'))
  const ports = { sealer: keyring.sealer('kms'), stampKey: keyring.lasting('kms stamps') }
  const materials = new Materials(ports)
  const openKeyBy =
    (look: Look): Parameters<typeof proveValue>[1] =>
    (region, sealed, context) =>
      proveBlob(materials, new KeyReader(look), region, sealed, context)
  return {
    async versions(parts) {
      const isValue = await store.see((look) =>
        proveValue(new SecretReader(look), openKeyBy(look), parts),
      )
      if (isValue) counts.values++
    },
    async 'kms-materials'(parts) {
      await store.see((look) => proveMaterial(materials, new KeyReader(look), parts))
      counts.materials++
    },
    async 'access-keys'([id = '']) {
      const key = await store.see((look) => new IdentityReader(look).findAccessKey(id))
      secrets.open(id, key?.secret ?? '').fill(0)
      counts.accessKeys++
    },
  }
}

async function openRecords({ engine, codec }: Filled, proofs: Proofs, findings: Findings) {
  let from = ''
  for (;;) {
    const rows = await engine.scan({ from, to: '\u{10ffff}' }, { itemsMax: rowsPerRead })
    for (const { key, row } of rows) {
      findings.counts.records++
      const [collection = ''] = key.split('\u001f', 1)
      await findings.heed(key.replaceAll('\u001f', ' / '), async () => {
        codec.prove(key, row)
        await proofs[collection]?.(partsOf(key))
      })
    }
    const last = rows.at(-1)
    if (!last) return
    from = `${last.key}\u0000`
  }
}

/** The chain from its first batch on, and every record against what the journal says was written last. */
function verifyAudit(keyring: Keyring, path: string, findings: Findings): void {
  const { records, findings: found } = verify({
    databasePath: join(path, 'store.db'),
    anchorPath: join(path, 'anchor'),
    journalPath: journalBeside(join(path, 'store.db')),
    keys: journalKeysOf(keyring),
    withRecords: true,
  })
  findings.counts.audit = records
  for (const finding of found) findings.doubt(printFinding(finding))
}

/** When the newest batch was committed. */
async function newestIn({ engine }: Filled, journal: Journal): Promise<number | undefined> {
  const [row] = await engine.journal(engine.head - 1, engine.head, { itemsMax: 1 })
  return row && journal.open(row).at
}
