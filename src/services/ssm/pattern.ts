/**
 * Whether a value fits its parameter's AllowedPattern. The pattern is a regular expression that
 * somebody wrote: matching it may take for ever, so it is matched on a thread of its own, one at a
 * time, which is ended when it takes long. Requests beside it go on.
 *
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
import { Worker } from 'node:worker_threads'
import { fault } from './service.ts'

const matchMillisecondsMax = 500
/** On a machine that is busy a thread begins late, which says nothing of the pattern. */
const beginMillisecondsMax = 20_000
const waitingMax = 64

const program = `
  const { parentPort, workerData: { pattern, value } } = require('node:worker_threads')
  parentPort.postMessage(new RegExp(pattern).test(value))
`

let waiting = 0
let last: Promise<unknown> = Promise.resolve()

/** Throws unless the value fits; an empty pattern fits everything. */
export async function mustFitPattern(pattern: string | undefined, value: string): Promise<void> {
  if (!pattern) return
  mustBePattern(pattern)
  if (waiting >= waitingMax) throw fault('ThrottlingException', 'Rate exceeded')
  waiting++
  const turn = last.then(() => matches(pattern, value))
  last = turn.catch(() => undefined)
  const fits = await turn.finally(() => waiting--)
  if (fits) return
  throw fault(
    'ParameterPatternMismatchException',
    `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
  )
}

function mustBePattern(pattern: string): void {
  try {
    new RegExp(pattern)
  } catch {
    throw badPattern('is not a regular expression')
  }
}

const badPattern = (why: string) =>
  fault('InvalidAllowedPatternException', `The allowed pattern ${why}.`)

function matches(pattern: string, value: string): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>()
  const worker = new Worker(program, {
    eval: true,
    workerData: { pattern, value },
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 32, stackSizeMb: 2 },
  })
  const giveUp = () => reject(badPattern('takes too long'))
  // An answer that is there counts, though we come to it only now.
  const after = (milliseconds: number) => setTimeout(() => setImmediate(giveUp), milliseconds)
  let overdue = after(beginMillisecondsMax)
  worker.once('online', () => {
    clearTimeout(overdue)
    overdue = after(matchMillisecondsMax)
  })
  worker.once('message', resolve)
  worker.once('error', () => reject(badPattern('takes too much memory')))
  return promise.finally(() => {
    clearTimeout(overdue)
    return worker.terminate()
  })
}
