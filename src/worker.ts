/** A process beside the first one of a house: told what it needs over its channel, until that ends. */
import { enableCompileCache } from 'node:module'
import type { Server } from 'node:net'

// Without the first process nothing can be committed, hence nothing answered.
process.on('disconnect', () => process.exit(1))
// What the system and people signal is for the first process, which sees to it that all is answered.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.umask(0o077)
enableCompileCache()
const { guardProcess } = await import('./cli/guard.ts')
const { work } = await import('./working.ts')

guardProcess(() => {})
process.once('message', async (briefing, server) => {
  await work(briefing as Parameters<typeof work>[0], server as Server, process)
  process.exit(0)
})
