/**
 * strongroom agent: secrets and parameters for the applications on this machine, at the port and in the
 * form of AWS's Secrets Manager Agent and of its Lambda extension. docs/operate/agent.md.
 */
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { createSecureContext } from 'node:tls'
import { type Agent, startAgent } from '../agent/agent.ts'
import { readEnvironment } from '../agent/environment.ts'
import { type Settings, settingsOf, type Told } from '../agent/settings.ts'
import { readToml } from '../agent/toml.ts'
import { Refusal } from '../lib/fault.ts'
import { guardProcess } from './guard.ts'

export interface Flags {
  readonly config?: string
  readonly listen?: string
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly insecure?: boolean
  readonly push?: boolean
  readonly receipts?: boolean
}

const say = (line: string): void => void process.stderr.write(line)

export async function agent(flags: Flags): Promise<void> {
  process.umask(0o077)
  guardProcess((words) => say(`WARN ${words}\n`))
  const { env: environment } = process
  const settings = readSettings(flags)
  const path = environment.AWS_CA_BUNDLE
  const ca = path ? readPem(path).toString() : undefined
  const running = await startAgent({
    ...{ settings, environment, write: say },
    ...(ca !== undefined && { ca }),
  })
  process.stdout.write(running.urls.map((url) => `strongroom agent listening on ${url}\n`).join(''))
  onSignals(running, flags)
}

/** Throws Refusal. */
function readSettings(flags: Flags): Settings {
  const told = readEnvironment(process.env, (words) => say(`WARN ${words}\n`))
  return settingsOf(told, flags.config ? readToml(flags.config) : {}, flagged(flags))
}

function flagged({ listen, tlsCert, tlsKey, insecure, push, receipts }: Flags): Told {
  const tls = readTls(tlsCert, tlsKey)
  const place = listen === undefined ? undefined : readListen(listen)
  if (place && !tls && !insecure && !isLoopback(place.host)) {
    throw new Refusal(
      `Listening on ${place.host} without TLS would show secrets to the network: give --tls-cert and --tls-key, or --insecure if TLS ends in front.`,
    )
  }
  return {
    listen: place && [place],
    tls,
    pushes: push === false ? false : undefined,
    receiptsMs: receipts === false ? 0 : undefined,
  }
}

function readListen(text: string) {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text) ?? []
  const host = bracketed ?? plain
  const port = Number(digits)
  if (host !== undefined && port <= 65_535) return { host, port }
  throw new Refusal(`--listen ${text} is not HOST:PORT, such as 127.0.0.1:2773.`)
}

const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

function readTls(certPath: string | undefined, keyPath: string | undefined) {
  if (certPath === undefined && keyPath === undefined) return undefined
  if (certPath === undefined || keyPath === undefined) {
    throw new Refusal('TLS needs both --tls-cert and --tls-key.')
  }
  const tls = { cert: readPem(certPath), key: readPem(keyPath) }
  try {
    createSecureContext(tls)
    return tls
  } catch {
    throw new Refusal(`${certPath} and ${keyPath} are not a certificate and its private key.`)
  }
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch {
    throw new Refusal(`Can't read ${path}: name a PEM file that this user may read.`)
  }
}

function onSignals(running: Agent, flags: Flags): void {
  const stop = async () => {
    await running.close()
    process.exit(0)
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  process.on('SIGHUP', () => {
    try {
      running.reload(readSettings(flags))
    } catch (thrown) {
      // Whatever is wrong with the file: the agent goes on as it is.
      say(`ERROR the old settings stay: ${thrown instanceof Refusal ? thrown.message : thrown}\n`)
    }
  })
}
