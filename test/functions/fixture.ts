/** Real runners over a folder of their own; functions made of a few lines. Ends with the test. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import type {
  Deployed,
  Invocation,
  Isolation,
  Ports,
  Runners,
} from '../../src/functions/function.ts'
import type { Limits } from '../../src/functions/limits.ts'
import { openRunners } from '../../src/functions/runners.ts'

export interface Result {
  /** The payload as JSON. */
  readonly value: unknown
  readonly error?: string | undefined
  readonly tail: string
}

export interface TestRunners extends AsyncDisposable {
  readonly runners: Runners
  /** Every log line so far, of all functions. */
  readonly lines: string[]
  /** How often credentials were asked for: once for each environment. */
  readonly opened: () => number
  invoke(deployed: Deployed, event?: unknown, over?: Partial<Invocation>): Promise<Result>
}

export interface TestOptions {
  readonly limits?: Partial<Limits>
  readonly ports?: Partial<Ports>
  readonly libraries?: string
  readonly strongest?: Isolation['level']
  readonly acceptsNoIsolation?: boolean
}

export function raiseRunners({ limits = {}, ports = {}, ...rest }: TestOptions = {}): TestRunners {
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-runners-'))
  const lines: string[] = []
  let opened = 0
  const runners = openRunners({
    ...rest,
    folder: join(folder, 'functions'),
    // A busy machine must not make a warm environment a cold one.
    limits: { shutdownMilliseconds: 1000, settleMilliseconds: 10_000, ...limits },
    ports: {
      clock: { now: () => Date.now() },
      home: { url: 'http://127.0.0.1:7766' },
      async roleCredentials() {
        opened++
        return { ...roleKeys, expiresAt: Date.now() + 3_600_000 }
      },
      logs: { append: (_stream, batch) => void lines.push(...batch.map((line) => line.message)) },
      complain: () => {},
      ...ports,
    },
  })
  return {
    runners,
    lines,
    opened: () => opened,
    async invoke(deployed, event = {}, over = {}) {
      const { payload, error, tail } = await runners.invoke(deployed, {
        requestId: randomUUID(),
        invokedArn: deployed.arn,
        payload: Buffer.from(JSON.stringify(event)),
        wantsTail: true,
        ...over,
      })
      return { value: readPayload(payload), error, tail: Buffer.from(tail ?? []).toString() }
    },
    async [Symbol.asyncDispose]() {
      await runners.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const readPayload = (payload: Uint8Array): unknown => {
  const text = Buffer.from(payload).toString()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

export const roleKeys = {
  accessKeyId: 'ASIAEXAMPLE',
  secretAccessKey: 'an-example',
  sessionToken: 'a-token',
}

type Files = Readonly<Record<string, string>>

/** A zip as `zip` makes it on Unix; everything may be executed. */
export const zipOf = (files: Files): Uint8Array =>
  zipSync(
    Object.fromEntries(
      Object.entries(files).map(([name, text]) => [
        name,
        [strToU8(text), { os: 3, attrs: (0o100755 << 16) >>> 0 }],
      ]),
    ),
  )

export const packed = (files: Files) => {
  const zip = zipOf(files)
  return {
    codeSha256: createHash('sha256').update(zip).digest('base64'),
    code: async () => zip,
  }
}

/** The processes that this one has started and that are not gone. */
export const children = (): string[] =>
  readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)

/** A function that is deployed: `index.mjs` alone where a text is given. */
export function deploy(code: string | Files, over: Partial<Deployed> = {}): Deployed {
  const name = over.name ?? `f-${randomUUID().slice(0, 8)}`
  return {
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    version: '$LATEST',
    account: '000000000000',
    region: 'us-east-1',
    name,
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    timeoutSeconds: 10,
    memoryMegabytes: 256,
    environment: {},
    roleArn: 'arn:aws:iam::000000000000:role/example',
    revisionId: randomUUID(),
    ...packed(typeof code === 'string' ? { 'index.mjs': code } : code),
    ...over,
  }
}

export const deployPython = (code: string, over: Partial<Deployed> = {}): Deployed =>
  deploy({ 'app.py': code }, { runtime: 'python3.12', handler: 'app.handler', ...over })
