/**
 * strongroom run: a program with secrets in its environment and nowhere else. A JSON object gives a
 * variable for each of its fields, any other value one with the secret's last name. Signals and the
 * exit code are handed through. Watched, the program starts anew when one of the secrets has changed.
 */
import { Refusal } from '../lib/fault.ts'
import { Child } from './child.ts'
import { type Endpoint, readEndpoint } from './client.ts'
import { plain } from './print.ts'
import { readVariables, referencesOf, type Wanted } from './variables.ts'
import { Watch } from './watch.ts'

interface Flags {
  readonly stage?: string
  readonly envFile?: string
  readonly watch?: boolean
  readonly every: string
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
  if (secrets.length === 0 && flags.envFile === undefined) {
    throw new Refusal('Name a secret, or a file by --env-file.')
  }
  const endpoint = readEndpoint(flags.profile)
  const { stage, envFile: file } = flags
  const wanted = { secrets, ...(stage && { stage }), ...(file !== undefined && { file }) }
  const own = withoutOwn(process.env, flags)
  const start = (variables: Readonly<Record<string, string>>) =>
    new Child(program, rest, { ...own, ...variables })
  process.exitCode = flags.watch
    ? await runWatched(endpoint, wanted, everyOf(flags), start)
    : await handingSignals(start(await readVariables(endpoint, wanted))).exitCode
}

const passed = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function handingSignals(child: Child): Child {
  for (const signal of passed) process.removeAllListeners(signal).on(signal, child.kill)
  return child
}

type Start = (variables: Readonly<Record<string, string>>) => Child

/** Gives the exit code of the program when it ends by itself. */
async function runWatched(
  endpoint: Endpoint,
  wanted: Wanted,
  everyMs: number,
  start: Start,
): Promise<number> {
  const watch = new Watch(endpoint, referencesOf(wanted))
  // Marks before values: what changes between the two is seen as a change.
  let marks = await watch.marks()
  let child = handingSignals(start(await readVariables(endpoint, wanted)))
  for (;;) {
    const code = await Promise.race([child.exitCode, watch.changed(marks, everyMs)])
    if (code !== undefined) {
      watch.end()
      return code
    }
    const fresh = await freshOf(watch, endpoint, wanted).catch(complain)
    if (!fresh) continue
    process.stderr.write('strongroom: a secret has changed: starting the program anew\n')
    await child.stop()
    marks = fresh.marks
    child = handingSignals(start(fresh.variables))
  }
}

async function freshOf(watch: Watch, endpoint: Endpoint, wanted: Wanted) {
  return { marks: await watch.marks(), variables: await readVariables(endpoint, wanted) }
}

/** What can't be read now leaves the program as it runs. */
function complain(thrown: unknown): undefined {
  if (!(thrown instanceof Refusal)) throw thrown
  process.stderr.write(`strongroom: the program goes on as it is: ${plain(thrown.message)}\n`)
}

const everyMillisecondsMin = 100

function everyOf({ every }: Flags): number {
  const milliseconds = Number(every) * 1000
  if (milliseconds >= everyMillisecondsMin) return milliseconds
  throw new Refusal('--every is a number of seconds, such as 2.')
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
