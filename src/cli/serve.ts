/** strongroom serve: the house, until a signal. */
import { existsSync, readFileSync } from 'node:fs'
import { type Config, readConfig, type ServeFlags } from '../config.ts'
import { profile } from '../credentials.ts'
import { type House, raise } from '../house.ts'
import { guardProcess } from './guard.ts'

export async function serve(flags: ServeFlags): Promise<void> {
  process.umask(0o077)
  const config = readConfig(flags, process.env)
  guardProcess((words) => process.stderr.write(`strongroom: ${words}\n`))
  const house = await raise(config, {
    docs: readDocs(),
    complain: (words) => process.stderr.write(`strongroom: ${words}\n`),
    fatal: (reason) => {
      process.stderr.write(
        `strongroom: a write failed (${reason}): stopping, so that nothing false is answered.\n`,
      )
      process.exit(1)
    },
  })
  process.stdout.write(greeting(config, house))
  stopOnSignal(house)
}

function readDocs(): string {
  const path = new URL('../../README.md', import.meta.url)
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

/** As a shell wants a path. */
const quoted = (path: string): string =>
  /^[\w./@+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`

function stopOnSignal(house: House): void {
  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    await house.down()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
