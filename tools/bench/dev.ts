/** How long `strongroom dev` takes from its start until a client is answered: in a new project, and in one that has data. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { command } from './stage.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-dev-'))
try {
  for (const what of ['a new project', 'again', 'and again']) {
    process.stdout.write(`dev: ${what}: answered after ${(await startMs()).toFixed(0)} ms\n`)
  }
} finally {
  rmSync(folder, { recursive: true })
}

async function startMs(): Promise<number> {
  const start = performance.now()
  const child = spawn(process.execPath, [command, 'dev', '--listen', '127.0.0.1:0'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: folder },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const url = await urlOf(child.stdout)
  const response = await fetch(`${url}/-/health`)
  const took = performance.now() - start
  const gone = once(child, 'exit')
  child.stdout.resume()
  child.kill('SIGINT')
  await gone
  if (!response.ok) throw new Error(`health answers ${response.status}`)
  return took
}

async function urlOf(stream: Readable): Promise<string> {
  let text = ''
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    text += chunk
    const [, url] = /listens on (\S+)\n/.exec(text) ?? []
    if (url) return url
  }
  throw new Error('it ended before it listened')
}
