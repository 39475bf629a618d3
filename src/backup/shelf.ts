/**
 * The folder of scheduled backups: `strongroom-TIME-ID.backup`, and beside each the report of its drill.
 * What has another name is not ours and is never touched.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from '../lib/file.ts'
import type { DrillReport } from './report.ts'
import type { Kept } from './schedule.ts'

const form = /^strongroom-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f]{8}\.backup$/
const draftForm = /^(?:strongroom-\d{8}T\d{6}Z-[0-9a-f]{8}\.backup\.new|drill)$/

export class Shelf {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** The file for a backup that is made at this instant. */
  pathFor(backupId: string, madeAt: number): string {
    const time = new Date(madeAt).toISOString().replaceAll(/[-:]|\.\d+/g, '')
    return join(this.path, `strongroom-${time}-${backupId.slice(0, 8)}.backup`)
  }

  /** Makes the folder, and clears away what a process left that was killed over it. */
  open(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 })
    for (const name of readdirSync(this.path)) {
      if (draftForm.test(name)) rmSync(join(this.path, name), { recursive: true, force: true })
    }
  }

  /** The backups that are there, the oldest first. */
  list(): Kept[] {
    const names = readdirSync(this.path)
      .filter((name) => form.test(name))
      .sort()
    return names.map((name) => ({
      name,
      madeAt: timeIn(name),
      isGood: this.report(name)?.doubts.length === 0,
    }))
  }

  /** What the drill of a backup found, if it had one. */
  report(name: string): DrillReport | undefined {
    try {
      return JSON.parse(readFileSync(join(this.path, `${name}.json`), 'utf8'))
    } catch {
      return undefined // not drilled, or cut off while it was written: not a good one
    }
  }

  putReport(path: string, report: DrillReport): void {
    replaceFile(`${path}.json`, `${JSON.stringify(report, undefined, 2)}\n`)
  }

  remove(name: string): void {
    rmSync(join(this.path, name), { force: true })
    rmSync(join(this.path, `${name}.json`), { force: true })
  }
}

function timeIn(name: string): number {
  const [, year, month, day, hour, minute, second] = (form.exec(name) ?? []).map(Number)
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second)
}
