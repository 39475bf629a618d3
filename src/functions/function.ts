/**
 * The seam of this room: what a function is that can be run, what an invocation is, what comes of
 * it, and what the house lends. Services do not import this room: theirs is a port of the same shape.
 */

/** One version of a function, as it is run. Two of the same `arn`, `version` and `revisionId` are the same. */
export interface Deployed {
  /** The function's ARN without a qualifier. */
  readonly arn: string
  /** `$LATEST` or a number. */
  readonly version: string
  readonly account: string
  readonly region: string
  readonly name: string
  /** As in Lambda's API: `nodejs22.x`, `python3.12`, `provided.al2023`. */
  readonly runtime: string
  readonly handler: string
  readonly timeoutSeconds: number
  readonly memoryMegabytes: number
  /** The customer's variables. What the platform sets goes over them. */
  readonly environment: Readonly<Record<string, string>>
  readonly roleArn: string
  /** SHA-256 of the zip in base64, as in Lambda's API. */
  readonly codeSha256: string
  /** Changes with the code and with each member above: environments of another revision are dropped. */
  readonly revisionId: string
  /** Unpacked over each other into /opt, the first one first. */
  readonly layers?: readonly Layer[]
  /** How many environments this function may have at once; absent: as many as there is room for. */
  readonly reservedConcurrency?: number
  /** The zip. Asked for only when it is not unpacked yet. */
  code(): Promise<Uint8Array>
}

export interface Layer {
  /** SHA-256 of its zip in base64. */
  readonly codeSha256: string
  code(): Promise<Uint8Array>
}

export interface Invocation {
  readonly requestId: string
  /** As it was called: with the qualifier, if there was one. */
  readonly invokedArn: string
  readonly payload: Uint8Array
  /** The JSON text of X-Amz-Client-Context. */
  readonly clientContext?: string
  /** X-Amzn-Trace-Id. */
  readonly traceId?: string
  /** Whether the last 4 KiB of the log are wanted. */
  readonly wantsTail: boolean
}

/** What came of it. That the function failed is an outcome; what kept it from being run is thrown. */
export interface Outcome {
  /** What the handler answered, or the error as AWS shapes it. */
  readonly payload: Uint8Array
  readonly error?: 'Unhandled' | 'Handled'
  readonly tail?: Uint8Array
}

export interface Runners {
  /**
   * Throws TooBusy when every environment that there may be is at work and the queue is full, CannotRun
   * when this machine does not run it, and whatever the ports throw.
   */
  invoke(deployed: Deployed, invocation: Invocation): Promise<Outcome>
  /** Drops the environments of every version of this function; those at work end their invocation first. */
  forget(arn: string): void
  /** How functions are kept apart from the server and from each other here. */
  isolation(): Promise<Isolation>
  /** Ends every environment at once and removes what was unpacked. */
  close(): Promise<void>
}

/** All that may run is running, and as much waits as may wait. Lambda's word is TooManyRequestsException. */
export class TooBusy extends Error {
  override name = 'TooBusy'
  /** AWS tells the two apart in the exception's `Reason`. */
  readonly reason:
    | 'ReservedFunctionConcurrentInvocationLimitExceeded'
    | 'ConcurrentInvocationLimitExceeded'

  constructor(reason: TooBusy['reason']) {
    super('Rate Exceeded.')
    this.reason = reason
  }
}

/** This machine does not run that function. The words are for the person who deployed it. */
export class CannotRun extends Error {
  override name = 'CannotRun'
}

/** What holds functions here. `level` is the strongest that this machine lets the server do. */
export interface Isolation {
  /**
   * `namespaces`: an own view of files, processes and IPC; `user`: an own user for each environment;
   * `process`: no more than a process group and limits, under the server's own user.
   */
  readonly level: 'namespaces' | 'user' | 'process'
  /** One sentence for each thing that is held, or is not. */
  readonly measures: readonly Measure[]
}

export interface Measure {
  readonly name: string
  readonly holds: boolean
  readonly words: string
}

/** What the house lends. */
export interface Ports {
  readonly clock: { now(): number }
  /** Where functions find this server. */
  readonly home: Home
  /** Short-lived credentials of the function's role, as lambda.amazonaws.com gets them by sts:AssumeRole. */
  roleCredentials(deployed: Deployed): Promise<RoleCredentials>
  readonly logs: Logs
  /** Tells the operator. Never with what a function said or was given. */
  complain(words: string): void
}

export interface Home {
  readonly url: string
  /** PEM of the authority that signed the server's certificate, when it is served by TLS. */
  readonly ca?: string
}

export interface RoleCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiresAt: number
}

/** Where a function's lines go. They may hold what a careless function prints: its own, never the operator's. */
export interface Logs {
  /** Must not block and must not grow without bound: what it cannot keep it drops. */
  append(stream: LogStream, lines: readonly LogLine[]): void
}

export interface LogStream {
  readonly account: string
  readonly region: string
  readonly group: string
  readonly stream: string
}

export interface LogLine {
  readonly at: number
  readonly message: string
}
