/**
 * strongroom run: a program with secrets in its environment and nowhere else. A JSON object gives a
 * variable for each of its fields, any other value one with the secret's last name. Signals and the
 * exit code are handed through.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { Refusal } from '../lib/fault.ts'
import { type Endpoint, readEndpoint } from './client.ts'
import { membersIn, readText } from './secret.ts'

interface Flags {
  readonly stage?: string
  readonly keep?: boolean
  readonly profile?: string
}

/** @param words the secrets, and behind them the program with its words */
export async function run(
  secrets: readonly string[],
  words: readonly string[],
  flags: Flags,
): Promise<void> {
  const [program, ...rest] = words
  if (program === undefined) throw new Refusal('Name the program behind --.')
  const variables = await variablesOf(readEndpoint(flags.profile), secrets, flags)
  const env = { ...withoutOwn(process.env, flags), ...variables }
  const child = spawn(program, rest, { stdio: 'inherit', env })
  const passed = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of passed) process.on(signal, () => child.kill(signal))
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  child.once('error', () => reject(new Refusal(`${program} can't be started: is it there?`)))
  child.once('exit', (code, signal) => resolve(code ?? exitCodeOf(signal)))
  process.exitCode = await promise
}

/** As shells tell it. */
const exitCodeOf = (signal: NodeJS.Signals | null): number =>
  128 + (signal ? constants.signals[signal] : 0)

async function variablesOf(endpoint: Endpoint, secrets: readonly string[], { stage }: Flags) {
  const variables: Record<string, string> = Object.create(null)
  for (const id of secrets) {
    const { name, text } = await readText(endpoint, id, stage === undefined ? {} : { stage })
    const members = membersIn(text) ?? new Map([[variableOf(name), text]])
    for (const [key, value] of members) {
      mustBeVariable(key, id)
      variables[key] = value
    }
  }
  return variables
}

/** `prod/db-password` is DB_PASSWORD. */
const variableOf = (name: string): string =>
  (name.split('/').at(-1) ?? name).toUpperCase().replace(/[^A-Z0-9_]/g, '_')

/** A field must not decide how the program is loaded. */
const loaders = /^(?:LD_|DYLD_|NODE_OPTIONS$|PATH$|IFS$|BASH_ENV$|ENV$|PYTHONPATH$|PYTHONSTARTUP$)/

function mustBeVariable(key: string, id: string): void {
  if (/^[A-Za-z_]\w*$/.test(key) && !loaders.test(key)) return
  throw new Refusal(`${id} has a field that can't be a variable: ${key.replace(/\P{L}/gu, '?')}.`)
}

/** What read the secrets is not the program's to have, unless it is told to keep it. */
function withoutOwn(environment: NodeJS.ProcessEnv, { keep }: Flags): NodeJS.ProcessEnv {
  if (keep) return environment
  const {
    AWS_ACCESS_KEY_ID: _id,
    AWS_SECRET_ACCESS_KEY: _secret,
    AWS_SESSION_TOKEN: _token,
    ...rest
  } = environment
  return rest
}
