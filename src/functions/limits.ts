/** What functions may cost the machine that they share with the secrets. Ours, each with its reason. */
import { availableParallelism, totalmem } from 'node:os'

export interface Limits {
  /** Environments at once, working or warm. */
  readonly environmentsMax: number
  /** Of these, how many one function without a reservation may have: no function starves the others. */
  readonly environmentsPerFunctionMax: number
  /** What all environments together may be promised of memory. */
  readonly memoryMegabytesMax: number
  /** Invocations that wait for an environment. */
  readonly queueMax: number
  /** How long one waits before it is told that there is no room. */
  readonly queueMilliseconds: number
  /** How long to wait for an environment that has just replied: about what a new one would cost. */
  readonly settleMilliseconds: number
  /** A warm environment that nobody asks for is closed. */
  readonly idleMilliseconds: number
  /** Environments end while their credentials are still good for the longest invocation: 15 minutes. */
  readonly credentialMarginMilliseconds: number
  /** AWS's: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html */
  readonly initMilliseconds: number
  /** What external extensions have to end in. AWS's: 2 s. */
  readonly shutdownMilliseconds: number
  /** Processes and threads in one environment. AWS allows 1,024; a fork bomb of them would be felt. */
  readonly processesMax: number
  /** AWS's: 1,024. */
  readonly openFilesMax: number
  /** AWS's default size of /tmp. */
  readonly temporaryMegabytes: number
  /** How often a working environment is looked at. Between two looks memory may be exceeded. */
  readonly watchMilliseconds: number
  /** CPU that an environment may take between invocations, where AWS would freeze it. */
  readonly idleCpuMillisecondsMax: number
  /** Log text kept of one invocation; AWS keeps all and bills it. */
  readonly logBytesMax: number
  /** A longer line is cut into several. AWS's: 256 KiB. */
  readonly logLineBytesMax: number
  /** What is read of an environment's output each second; a function that writes more waits. */
  readonly outputBytesPerSecondMax: number
  /** AWS's: 6 MiB and the envelope. */
  readonly payloadBytesMax: number
  /** Connections to one Runtime API: the runtime's, and those of ten extensions. */
  readonly connectionsMax: number
  /** Requests to one Runtime API: two for each invocation, and what extensions ask. */
  readonly requestsPerSecondMax: number
  /** Code that lies unpacked while nothing runs it. */
  readonly codeBytesMax: number
}

const environmentsMax = 16 * availableParallelism()

export const defaultLimits: Limits = {
  environmentsMax,
  environmentsPerFunctionMax: Math.ceil(environmentsMax * 0.75),
  memoryMegabytesMax: Math.floor(totalmem() / 2 ** 21),
  queueMax: 1000,
  queueMilliseconds: 30_000,
  settleMilliseconds: 250,
  idleMilliseconds: 5 * 60_000,
  credentialMarginMilliseconds: 16 * 60_000,
  initMilliseconds: 10_000,
  shutdownMilliseconds: 2000,
  processesMax: 256,
  openFilesMax: 1024,
  temporaryMegabytes: 512,
  watchMilliseconds: 100,
  idleCpuMillisecondsMax: 30_000,
  logBytesMax: 1 << 20,
  logLineBytesMax: 256 << 10,
  outputBytesPerSecondMax: 8 << 20,
  payloadBytesMax: 6_291_556,
  connectionsMax: 64,
  requestsPerSecondMax: 3000,
  codeBytesMax: 2 ** 31,
}
