/**
 * What the door costs: a signature that holds, a wrong one, and an access key that nobody has, which must
 * be refused in the time of a wrong signature, so that the time does not tell which keys exist.
 */
import { authenticator } from '../../../src/identity/authenticator.ts'
import { deriveSigningKey } from '../../../src/sigv4/key.ts'
import { signRequest } from '../../../src/sigv4/sign.ts'
import { type Measure, quotients } from '../measure.ts'
import { median } from '../spread.ts'
import { timed, yardstick } from '../timed.ts'

const at = Date.now()
const known = {
  accessKeyId: 'AKIAKNOWN',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}
const wrongly = 'wrong'.repeat(8)
const region = 'us-east-1'
const day = new Date(at).toISOString().slice(0, 10).replaceAll('-', '')
const signingKey = deriveSigningKey(known.secretAccessKey, { day, region, service: 'sts' })

const enter = authenticator({
  clock: { now: () => at },
  accepts: () => true,
  credentials: {
    find: async (accessKeyId) =>
      accessKeyId === known.accessKeyId ? { accessKeyId, signingKey: () => signingKey } : undefined,
  },
})

function requestOf(credentials: typeof known) {
  const body = new Uint8Array(64)
  const headers: [string, string][] = [
    ['Host', 'localhost'],
    ['X-Amz-Target', 'secretsmanager.GetSecretValue'],
    ['Content-Type', 'application/x-amz-json-1.1'],
  ]
  const place = { method: 'POST', target: '/', region, service: 'sts' }
  const signed = signRequest({ ...place, headers, body, credentials, at })
  return { method: 'POST', target: '/', headers: signed.headers, body }
}

type Request = ReturnType<typeof requestOf>

async function refused(request: Request): Promise<void> {
  const isTaken = await isSigned(request)
  if (isTaken) throw new Error('a wrong signature was taken')
}

async function isSigned(request: Request): Promise<boolean> {
  try {
    await enter(request, undefined)
    return true
  } catch {
    return false
  }
}

const pairsPerRound = 1000

/** Medians of single calls in turns: a difference that can be measured from outside would show here. */
async function pairs(count: number) {
  const wrong = requestOf({ ...known, secretAccessKey: wrongly })
  const unknown = requestOf({ accessKeyId: 'AKIAUNKNOWN', secretAccessKey: wrongly })
  const seen: { wrong: number[]; unknown: number[] } = { wrong: [], unknown: [] }
  for (let n = 0; n < count; n++) {
    const times: [number[], number[]] = [[], []]
    for (let pair = 0; pair < pairsPerRound; pair++) {
      times[0].push(await microseconds(() => refused(wrong)))
      times[1].push(await microseconds(() => refused(unknown)))
    }
    seen.wrong.push(median(times[0]))
    seen.unknown.push(median(times[1]))
  }
  return seen
}

async function microseconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) * 1000
}

export const signature: Measure = {
  name: 'signature',
  about:
    'one signature verified alone, in process, against a SHA-256 of 4 KiB; and refusals of both kinds',

  async run(_stage, size) {
    const request = requestOf(known)
    const rounds = await timed(size, () => enter(request, undefined))
    const ratios = quotients(rounds, await yardstick(size))
    await pairs(2)
    const { wrong, unknown } = await pairs(size.rounds)
    return [
      { name: 'against the hash', unit: 'x', better: 'less', rounds: ratios },
      { name: 'a signature that holds', unit: 'µs', better: 'less', rounds },
      {
        ...{ name: 'an unknown key against a wrong signature', unit: 'x', better: 'less' },
        rounds: quotients(unknown, wrong),
      },
    ]
  },
}
