/** What an agent answers from its cache, beside bare node:http that answers the same bytes. */
import type { Measure } from '../measure.ts'
import { callsFile, inTurns, press } from '../press.ts'
import { makeSecrets, nameOf, serve, serveBare } from '../served.ts'
import { command } from '../stage.ts'
import { besideBare } from './read.ts'

const secretsCount = 100
const connections = 32
const token = 'bench'

export const agent: Measure = {
  name: 'agent',
  about: `requests that the agent answers from its cache, ${secretsCount} secrets, ${connections} connections, against bare node:http`,
  isLong: true,

  async run(stage, size) {
    const house = await serve(stage)
    await makeSecrets(stage, house, secretsCount)
    const environment = {
      ...{ AWS_TOKEN: token, AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: house.url },
      AWS_ACCESS_KEY_ID: house.root.accessKeyId,
      AWS_SECRET_ACCESS_KEY: house.root.secretAccessKey,
    }
    const args = [command, 'agent', '--listen', '127.0.0.1:0']
    const started = await stage.start(args, /listening on (\S+)/, { environment })
    const { host, port } = new URL(started.said)
    const ours = { ...started, port: Number(port) }
    const headers = { 'X-Aws-Parameters-Secrets-Token': token }
    const one = await fetch(started.said + pathOf(1), { headers })
    const bare = await serveBare(stage, stage.file(await one.text()))
    const shown = `Host: ${host}\r\nX-Aws-Parameters-Secrets-Token: ${token}\r\n`
    const requests = Array.from({ length: secretsCount }, (_, n) =>
      Buffer.from(`GET ${pathOf(n)} HTTP/1.1\r\n${shown}\r\n`),
    )
    const load = { connections, seconds: size.seconds, calls: callsFile(stage, requests) }
    const seen = await inTurns(size, {
      ours: () => press(stage, ours, load),
      bare: () => press(stage, bare, load),
    })
    return besideBare(seen, {})
  },
}

const pathOf = (n: number): string =>
  `/secretsmanager/get?secretId=${encodeURIComponent(nameOf(n))}`
