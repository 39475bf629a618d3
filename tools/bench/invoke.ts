/**
 * What a warm invocation costs over an empty handler's own time, one after the other, for a handler in
 * JavaScript and one in Python; and what a cold start takes.
 */
import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { strToU8, zipSync } from 'fflate'
import type { Deployed } from '../../src/functions/function.ts'
import { openRunners } from '../../src/functions/runners.ts'

const folder = mkdtempSync(join(tmpdir(), 'strongroom-bench-'))
const runners = openRunners({
  folder: join(folder, 'functions'),
  ports: {
    clock: { now: () => Date.now() },
    home: { url: 'http://127.0.0.1:7766' },
    roleCredentials: async () => ({
      ...{ accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'example', sessionToken: 'example' },
      expiresAt: Date.now() + 3_600_000,
    }),
    logs: { append: () => {} },
    complain: () => {},
  },
})

async function measure(name: string, file: string, code: string, handler: string): Promise<void> {
  const cold: number[] = []
  const warm: number[] = []
  for (let round = 0; round < 5; round++) {
    const deployed = deploy(name === 'nodejs' ? 'nodejs24.x' : 'python3.12', file, code, handler)
    cold.push(await timed(deployed))
    for (let count = 0; count < 50; count++) await timed(deployed)
    for (let count = 0; count < 300; count++) warm.push(await timed(deployed))
  }
  const [p50, p99] = [quantile(warm, 0.5), quantile(warm, 0.99)].map((each) => each.toFixed(2))
  const start = quantile(cold, 0.5).toFixed(0)
  console.log(`${name}: warm ${p50} ms at the median, ${p99} ms p99; cold ${start} ms`)
}

async function timed(deployed: Deployed): Promise<number> {
  const begunAt = performance.now()
  const { error } = await runners.invoke(deployed, {
    ...{ requestId: randomUUID(), invokedArn: deployed.arn, wantsTail: false },
    payload: Buffer.from('{}'),
  })
  if (error) throw new Error('the function failed')
  return performance.now() - begunAt
}

const quantile = (values: number[], share: number): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN

function deploy(runtime: string, file: string, code: string, handler: string): Deployed {
  const zip = zipSync({ [file]: strToU8(code) })
  const name = randomUUID()
  return {
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    ...{ version: '$LATEST', account: '000000000000', region: 'us-east-1', name, runtime, handler },
    ...{ timeoutSeconds: 10, memoryMegabytes: 256, environment: {}, roleArn: '', revisionId: name },
    codeSha256: createHash('sha256').update(zip).digest('base64'),
    code: async () => zip,
  }
}

const { level } = await runners.isolation()
console.log(`isolation: ${level}`)
await measure('nodejs', 'index.mjs', 'export const handler = async () => null', 'index.handler')
await measure('python', 'app.py', 'def handler(event, context):\n  return None\n', 'app.handler')
await runners.close()
rmSync(folder, { recursive: true, force: true })
