/**
 * The lines and bodies by which Lambda tells how an invocation went, in AWS's words.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
import type { Deployed, Outcome } from './function.ts'

/** What is said of one invocation at its end. */
export interface Course {
  readonly requestId: string
  readonly milliseconds: number
  readonly memoryMegabytes: number
  readonly usedMegabytes: number
  /** Of the first invocation of an environment only. */
  readonly initMilliseconds?: number | undefined
  readonly status?: 'timeout' | 'error' | undefined
}

export function printReport(course: Course): string {
  const { requestId, milliseconds, memoryMegabytes, usedMegabytes, initMilliseconds, status } =
    course
  const parts = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${milliseconds.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(milliseconds)} ms`,
    `Memory Size: ${memoryMegabytes} MB`,
    `Max Memory Used: ${usedMegabytes} MB`,
    ...(initMilliseconds === undefined ? [] : [`Init Duration: ${initMilliseconds.toFixed(2)} ms`]),
    ...(status === undefined ? [] : [`Status: ${status}`]),
  ]
  return `${parts.join('\t')}\t`
}

export const printInit = (deployed: Deployed): string =>
  `INIT_START Runtime Version: ${deployed.runtime}.strongroom\tRuntime Version ARN: arn:aws:lambda:${deployed.region}::runtime:${deployed.runtime}`

export const printStart = (requestId: string, version: string): string =>
  `START RequestId: ${requestId} Version: ${version}`

export const printEnd = (requestId: string): string => `END RequestId: ${requestId}`

const failed = (errorType: string, errorMessage: string): Outcome => ({
  payload: Buffer.from(JSON.stringify({ errorType, errorMessage })),
  error: 'Unhandled',
})

export const timedOut = (requestId: string, seconds: number): Outcome =>
  failed(
    'Sandbox.Timedout',
    `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  )

export const printTimeout = (at: number, requestId: string, seconds: number): string =>
  `${new Date(at).toISOString()} ${requestId} Task timed out after ${seconds.toFixed(2)} seconds`

/** @param how as `how` below prints it; nothing if it ended as if all were well */
export const exited = (requestId: string, how: string | undefined): Outcome =>
  failed(
    'Runtime.ExitError',
    how === undefined
      ? `RequestId: ${requestId} Error: Runtime exited without providing a reason`
      : `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
  )

export const extensionFailed = (requestId: string, kind: string): Outcome =>
  failed(kind, `RequestId: ${requestId} Error: ${kind}`)

export const tooLarge = (bytesMax: number): Outcome =>
  failed(
    'Function.ResponseSizeTooLarge',
    `Response payload size exceeded maximum allowed payload size (${bytesMax} bytes).`,
  )

/** Only what ends by a signal in practice; other codes beyond 128 are a program's own choice. */
const signals: Readonly<Record<number, string>> = {
  132: 'illegal instruction',
  134: 'aborted',
  135: 'bus error',
  136: 'floating point exception',
  137: 'killed',
  139: 'segmentation fault',
  143: 'terminated',
}

const signalNames: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGTERM: 'terminated',
  SIGABRT: 'aborted',
  SIGSEGV: 'segmentation fault',
}

/** How a process ended, in the words of Go's os package, which AWS's answers show. */
export function printExit(code: number | null, signal: string | null): string | undefined {
  if (signal !== null) return `signal: ${signalNames[signal] ?? signal}`
  if (code === 0 || code === null) return undefined
  const name = signals[code]
  return name === undefined ? `exit status ${code}` : `signal: ${name}`
}
