/**
 * What detections cost, and how soon they tell: the processor's time for a record of an hour's ordinary
 * traffic, by the detectors alone and with the journal's own opening; what that hour raises (nothing);
 * how much memory a hundred thousand known readers take; and the delay of each scripted incident.
 * Run: node --expose-gc tools/bench/detections.ts
 */
import { createSecretKey, randomBytes } from 'node:crypto'
import { detectionNames } from '../../src/detections/detection.ts'
import { Watch } from '../../src/detections/watch.ts'
import { firstLink, Journal, joinRecords } from '../../src/store/journal.ts'
import { account, Deployment, dayMs, hourMs } from '../../test/detections/ordinary.ts'
import { incidentsOf, raised, raiseScene } from '../../test/detections/scene.ts'
import { throwawayKeys } from './throwaway.ts'

const now = Date.UTC(2026, 5, 1, 12)
const limits = { learningMs: dayMs, denials: 10, reads: 300, times: 10 }
const digestKey = createSecretKey(randomBytes(32))
const recordsPerBatch = 8

const microseconds = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since)
  return user + system
}

function watchOf(facts: Deployment): Watch {
  const kept = { recall: async () => undefined, find: async () => undefined, digestKey }
  const nothing = { reads: [], denials: [] }
  const state = { seq: 0, mark: '', since: now - 2 * dayMs, windows: nothing }
  return new Watch({ kept, facts, limits, names: detectionNames }, state)
}

/** The same records, batch by batch, as the journal keeps them. */
function journaled(records: readonly object[]) {
  const journal = new Journal(throwawayKeys())
  const rows = []
  for (let at = 0; at < records.length; at += recordsPerBatch) {
    const batch = joinRecords(records.slice(at, at + recordsPerBatch))
    rows.push(journal.write(rows.length + 1, firstLink, now, batch, []))
  }
  return { journal, rows }
}

async function measureHour(seed: number): Promise<void> {
  const deployment = new Deployment(seed, now - 100 * dayMs)
  const watch = watchOf(deployment)
  await watch.look([...deployment.morning(now - 2 * dayMs)])
  await watch.look([...deployment.traffic(now - 2 * dayMs, hourMs / 6)])
  const records = [...deployment.traffic(now, hourMs)]
  const { journal, rows } = journaled(records)
  const opening = process.cpuUsage()
  for (const row of rows) journal.open(row)
  const opened = microseconds(opening) / records.length
  const looking = process.cpuUsage()
  await watch.look(records)
  const looked = microseconds(looking) / records.length
  console.log(
    `seed ${seed}: ${records.length} records, ${looked.toFixed(1)} µs each to look at, ${opened.toFixed(1)} µs to open; ${watch.unwritten.length} incidents`,
  )
}

async function measureMemory(): Promise<void> {
  const deployment = new Deployment(1, now - 100 * dayMs)
  const watch = watchOf(deployment)
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  for (let reader = 0; reader < 200_000; reader++) {
    const secret = `arn:aws:secretsmanager:us-east-1:${account}:secret:team/${reader}-AbCdEf`
    await watch.look(deployment.read(now - 2 * dayMs, deployment.roleArn('ops'), secret))
    if (reader % 1000 === 999) watch.written()
  }
  globalThis.gc?.()
  const megabytes = (process.memoryUsage().heapUsed - before) / (1 << 20)
  const told = `200,000 pairs of reader and secret: ${megabytes.toFixed(0)} MB for the 100,000 held`
  console.log(`${told}, ${watch.unwritten.length} incidents`)
}

async function measureDelays(): Promise<void> {
  await using scene = await raiseScene()
  for (const incident of incidentsOf(scene)) {
    const { found, delayMs } = await raised(scene, incident)
    const told = `told after ${Math.round(delayMs)} ms, ${found.length === 1 ? 'once' : found.length}`
    console.log(`${incident.detection.padEnd(16)} ${incident.title}: ${told}`)
  }
}

for (const seed of [1, 2, 3, 4, 5]) await measureHour(seed)
await measureMemory()
await measureDelays()
