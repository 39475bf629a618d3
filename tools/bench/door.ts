/**
 * Whether an unknown access key is refused in the time of a known one with a wrong signature: the
 * ratio of the medians of interleaved pairs, which should be near 1.
 */
import { authenticator } from '../../src/identity/authenticator.ts'
import { deriveSigningKey } from '../../src/sigv4/key.ts'
import { signRequest } from '../../src/sigv4/sign.ts'

const at = Date.now()
const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const scope = {
  day: new Date(at).toISOString().slice(0, 10).replaceAll('-', ''),
  region: 'us-east-1',
  service: 'sts',
}
const signingKey = deriveSigningKey(secretAccessKey, scope)

const enter = authenticator({
  clock: { now: () => at },
  accepts: () => true,
  credentials: {
    find: async (accessKeyId) =>
      accessKeyId === 'AKIAKNOWN' ? { accessKeyId, signingKey: () => signingKey } : undefined,
  },
})

function requestOf(accessKeyId: string) {
  const { headers } = signRequest({
    method: 'POST',
    target: '/',
    headers: [['Host', 'localhost']],
    body: new Uint8Array(2048),
    credentials: { accessKeyId, secretAccessKey: 'wrong'.repeat(8) },
    region: scope.region,
    service: scope.service,
    at,
  })
  return { method: 'POST', target: '/', headers, body: new Uint8Array(2048) }
}

async function micros(request: ReturnType<typeof requestOf>): Promise<number> {
  const start = performance.now()
  const refused = await enter(request, undefined).then(
    () => false,
    () => true,
  )
  if (!refused) throw new Error('a wrong signature was taken')
  return (performance.now() - start) * 1000
}

const pairsCount = 20_000
const [known, unknown] = [requestOf('AKIAKNOWN'), requestOf('AKIAUNKNOWN')]
const times: [known: number[], unknown: number[]] = [[], []]
for (let n = 0; n < pairsCount; n++) {
  times[0].push(await micros(known))
  times[1].push(await micros(unknown))
}
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] ?? 0
const [a, b] = [median(times[0]), median(times[1])]
console.log(
  `door: wrong signature ${a.toFixed(1)} µs, unknown key ${b.toFixed(1)} µs, ratio ${(b / a).toFixed(2)} over ${pairsCount} pairs`,
)
