/**
 * Loaded into a house before it: each of its threads profiles itself between two signals (SIGUSR2) to the
 * process, so that only the steady state is counted, and writes what it saw into STRONGROOM_BENCH_PROFILES.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { basename, join } from 'node:path'
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads'

const folder = process.env.STRONGROOM_BENCH_PROFILES ?? ''
const sampleEveryMicroseconds = 200
const name = isMainThread ? 'main' : basename(process.argv[1] ?? '').replace(/\.[jt]s$/, '')
const session = new Session()
session.connect()
let isRunning = false

async function toggle(): Promise<void> {
  isRunning = !isRunning
  if (isRunning) {
    await session.post('Profiler.enable')
    await session.post('Profiler.setSamplingInterval', { interval: sampleEveryMicroseconds })
    await session.post('Profiler.start')
    return
  }
  const { profile } = await session.post('Profiler.stop')
  const path = join(folder, `${name}-${threadId}`)
  writeFileSync(path, JSON.stringify(profile))
  renameSync(path, `${path}.json`)
}

const channel = new BroadcastChannel('strongroom-bench-profiler')
channel.onmessage = () => void toggle()
channel.unref()
if (isMainThread) {
  process.on('SIGUSR2', () => {
    channel.postMessage('')
    void toggle()
  })
}
