/** What the benchmarks say to a server: signed calls, and the bytes of calls to be sent later. */
import { type Signer, signRequest } from '../../src/sigv4/sign.ts'

export const region = 'us-east-1'

const jsonTargets: Readonly<Record<string, string>> = {
  secretsmanager: 'secretsmanager.',
  kms: 'TrentService.',
  ssm: 'AmazonSSM.',
  strongroom: 'Strongroom.',
}

export interface Order {
  readonly service: string
  readonly operation: string
  readonly input: object
}

interface Signed {
  readonly headers: readonly (readonly [string, string])[]
  readonly body: Buffer
}

function signed(
  url: string,
  credentials: Signer,
  { service, operation, input }: Order,
  at = Date.now(),
): Signed {
  const target = jsonTargets[service]
  const body = Buffer.from(target ? JSON.stringify(input) : formOf(service, operation, input))
  const headers: [string, string][] = [['Host', new URL(url).host]]
  if (target) headers.push(['X-Amz-Target', target + operation])
  headers.push([
    'Content-Type',
    target ? 'application/x-amz-json-1.1' : 'application/x-www-form-urlencoded',
  ])
  const made = signRequest({
    ...{ method: 'POST', target: '/', headers, body, credentials, region, service },
    at,
  })
  return { headers: made.headers, body }
}

const versions: Readonly<Record<string, string>> = { iam: '2010-05-08', sts: '2011-06-15' }

const formOf = (service: string, Action: string, input: object): string =>
  new URLSearchParams({ Action, Version: versions[service] ?? '', ...input }).toString()

/**
 * One call, answered; throws what the server said if it did not succeed.
 * @param at the signature's time, where the server's clock is set
 */
export async function call(
  url: string,
  credentials: Signer,
  order: Order,
  at?: number,
): Promise<string> {
  const { headers, body } = signed(url, credentials, order, at)
  const sent = headers.filter(([name]) => name !== 'Host') as [string, string][]
  const answer = await fetch(url, { method: 'POST', headers: [...sent, alone], body })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${order.operation}: ${text}`)
  return text
}

/** A connection of its own: between two measures a kept one may end just when it is taken again. */
export const alone: [string, string] = ['Connection', 'close']

/** The bytes of one call on a keep-alive connection. */
export function bytesOf(url: string, credentials: Signer, order: Order): Buffer {
  const { headers, body } = signed(url, credentials, order)
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const head = `POST / HTTP/1.1\r\n${lines}Content-Length: ${body.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}

/** Calls in the form in which the load generator reads them. */
export function packed(calls: readonly Buffer[]): Buffer {
  return Buffer.concat(
    calls.flatMap((each) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(each.length)
      return [length, each]
    }),
  )
}
