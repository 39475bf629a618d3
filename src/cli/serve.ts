/** strongroom serve: the house, until a signal. */
import { existsSync, readFileSync } from 'node:fs'
import { type Config, readConfig, type ServeFlags } from '../config.ts'
import { profile } from '../credentials.ts'
import { type House, raise } from '../house.ts'
import { besideAt } from '../lib/place.ts'
import { guardProcess } from './guard.ts'
import { askPassphrase } from './passphrase.ts'
import { quoted } from './print.ts'

export async function serve(flags: ServeFlags): Promise<void> {
  const config = readConfig(flags, process.env)
  await serveWith(config, (house) => void process.stdout.write(greeting(config, house)))
}

/** Serves until a signal. @param greet says where it is to be found, once it is */
export async function serveWith(
  config: Config,
  greet: (house: House) => void | Promise<void>,
): Promise<void> {
  process.umask(0o077)
  guardProcess((words) => process.stderr.write(`strongroom: ${words}\n`))
  const raising = raise(config, {
    docs: readDocs(),
    ...(process.stdin.isTTY && { askPassphrase }),
    complain: (words) => process.stderr.write(`strongroom: ${words}\n`),
    fatal: (reason) => {
      process.stderr.write(
        `strongroom: a write failed (${reason}): stopping, so that nothing false is answered.\n`,
      )
      process.exit(1)
    },
  })
  stopOnSignal(raising)
  await greet(await raising)
}

function readDocs(): string {
  const path = besideAt('README.md')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function greeting({ root, region }: Config, { url, credentialsPath }: House): string {
  const use = root
    ? `aws --endpoint-url ${url} --region ${region}`
    : `AWS_SHARED_CREDENTIALS_FILE=${quoted(credentialsPath)} aws --profile ${profile} --endpoint-url ${url}`
  const credentials = root ? 'as STRONGROOM_ROOT_ACCESS_KEY_ID says' : credentialsPath
  return [
    `strongroom listens on ${url}`,
    `root credentials: ${credentials}`,
    '',
    `${use} secretsmanager create-secret --name demo/first --secret-string '{"hello":"world"}'`,
    `${use} secretsmanager get-secret-value --secret-id demo/first`,
    `curl ${url}/-/docs`,
    '',
  ].join('\n')
}

/** From before the house is up: whoever reads the greeting may stop it, and nothing is dropped. */
function stopOnSignal(raising: Promise<House>): void {
  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    const house = await Promise.race([raising, giveUp()]).catch(() => undefined)
    await house?.down()
    process.exit(house ? 0 : 1)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

/** A start may wait long, for a KMS or for somebody to type: it is not waited for. */
const giveUp = (): Promise<undefined> =>
  new Promise((resolve) => setTimeout(resolve, startMilliseconds, undefined))

const startMilliseconds = 5000
