/**
 * A house as a process of its own whose rotation function runs inside it: the login that the secret
 * opens lives with whoever started it, and is told of each point that a step passes, so that it can kill
 * this process there.
 *
 * Usage: node rotator.ts <data folder> <url of the login service>
 */

import { readFileSync } from 'node:fs'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { parse } from 'ini'
import { readConfig } from '../../src/config.ts'
import { raise } from '../../src/house.ts'
import { type Event, functionsOf, singleUser } from '../wire/secretsmanager/functions.ts'

const [dataPath = '', loginUrl = ''] = process.argv.slice(2)

async function ask(path: string, body: object): Promise<{ opens?: boolean }> {
  const response = await fetch(`${loginUrl}${path}`, { method: 'POST', body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return (await response.json()) as { opens?: boolean }
}

const pass = (point: string) => ask('/pass', { point })
const logins = {
  set: async (password: string, by: string) => void (await ask('/set', { password, by })),
  opens: async (password: string) => (await ask('/opens', { password })).opens ?? false,
}

const handler = singleUser(() => client, logins)
const { mayInvoke, invoke } = functionsOf(async (event, source) => {
  await pass(`${event.Step} begins`)
  await handler(event, source)
  await pass(`${event.Step} took effect`)
})

const world = {
  functions: {
    mayInvoke,
    invoke: async (...given: Parameters<typeof invoke>) => {
      const invoked = await invoke(...given)
      const { Step } = JSON.parse(Buffer.from(given[2]).toString()) as Event
      await pass(`${Step} answered`)
      return invoked
    },
  },
  rotation: { lookMs: 50, delaysMs: [100, 100, 100] },
  complain: (words: string) => void process.stderr.write(`${words}\n`),
  fatal: (reason: string) => {
    process.stderr.write(`${reason}\n`)
    process.exit(1)
  },
}

const house = await raise(readConfig({ listen: '127.0.0.1:0', data: dataPath }, {}), world)
const { strongroom = {} } = parse(readFileSync(house.credentialsPath, 'utf8'))
const client = new SecretsManagerClient({
  endpoint: house.url,
  region: 'us-east-1',
  credentials: {
    accessKeyId: strongroom.aws_access_key_id,
    secretAccessKey: strongroom.aws_secret_access_key,
  },
})
process.stdout.write(`listens on ${house.url}\n`)
