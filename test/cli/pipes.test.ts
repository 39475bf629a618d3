/** Commands whose reader has had enough: they end quietly. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { raiseHouse } from '../house.ts'
import { main } from '../program.ts'
import { callJson } from '../raw.ts'

test('a command whose reader has gone ends without a word', async () => {
  await using house = await raiseHouse()
  const profile = join(house.dataPath, 'root-credentials')
  const words = ['audit', 'tail', '--follow', '--profile', profile]
  const child = spawn(process.execPath, [main, ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  })
  const leave = async () => {
    await once(child.stdout, 'data')
    child.stdout.destroy()
    // There is something to print, and nobody to read it.
    const call = { url: house.url, keys: house.root }
    await callJson('secretsmanager.GetRandomPassword', {}, call)
  }
  const [, stderr, [code]] = await Promise.all([leave(), text(child.stderr), once(child, 'exit')])
  assert.equal(stderr, '')
  assert.equal(code, 0)
})
