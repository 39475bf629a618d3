/** Runs handlers in the test's own process: small, and real as far as Lambda's API is concerned. */
import type { Deployed, Invocation, Outcome, Runners } from '../../../src/functions/function.ts'
import { listArchive, readEntry } from '../../../src/lib/archive.ts'

export interface TestRunner extends Runners {
  readonly calls: { readonly deployed: Deployed; readonly invocation: Invocation }[]
  readonly forgotten: string[]
  /** Thrown by the next invocations in place of running them, while it is set. */
  refusal: Error | undefined
}

export function testRunner(): TestRunner {
  const calls: TestRunner['calls'] = []
  const forgotten: string[] = []
  const runner: TestRunner = {
    calls,
    forgotten,
    refusal: undefined,
    async invoke(deployed, invocation) {
      calls.push({ deployed, invocation })
      if (runner.refusal) throw runner.refusal
      return run(deployed, invocation)
    },
    forget: (arn) => void forgotten.push(arn),
    isolation: async () => ({ level: 'process', measures: [] }),
    close: async () => undefined,
  }
  return runner
}

async function run(deployed: Deployed, invocation: Invocation): Promise<Outcome> {
  const tail = Buffer.from(`START RequestId: ${invocation.requestId}\n`)
  try {
    const { handler } = await import(`data:text/javascript;base64,${await sourceOf(deployed)}`)
    const event = JSON.parse(Buffer.from(invocation.payload).toString())
    const given = await handler(event, { environment: deployed.environment, invocation })
    const payload = Buffer.from(JSON.stringify(given ?? null))
    return { payload, ...(invocation.wantsTail && { tail }) }
  } catch (thrown) {
    const { name: errorType, message: errorMessage } = thrown as Error
    const payload = Buffer.from(JSON.stringify({ errorType, errorMessage, trace: [] }))
    return { payload, error: 'Unhandled' }
  }
}

async function sourceOf({ code }: Deployed): Promise<string> {
  const zip = await code()
  const entry = listArchive(zip).find(({ path }) => path === 'index.mjs')
  const pieces: Uint8Array[] = []
  if (entry) for await (const piece of readEntry(zip, entry)) pieces.push(piece)
  return Buffer.concat(pieces).toString('base64')
}
